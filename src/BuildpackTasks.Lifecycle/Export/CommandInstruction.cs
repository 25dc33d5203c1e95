namespace BuildpackTasks.Lifecycle;

/// <summary>Which instruction of the config the app's command goes to (the .NET SDK's <c>ContainerAppCommandInstruction</c>).</summary>
public enum CommandInstruction
{
    /// <summary>The entry point is the app's command; whoever runs the image may replace its arguments.</summary>
    Entrypoint,

    /// <summary>The run image's entry point stays and gets the app's command as its arguments.</summary>
    DefaultArgs,

    /// <summary>The app's command is not used: the run image's entry point and command stay.</summary>
    None,
}
