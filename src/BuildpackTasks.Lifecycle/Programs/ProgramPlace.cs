namespace BuildpackTasks.Lifecycle;

/// <summary>A place where programs run, and what follows from the system that they see there.</summary>
/// <param name="Runner">Runs them.</param>
/// <param name="InheritedEnvironment">The environment that a few variables are inherited from.</param>
/// <param name="UserId">The owner that the files of layers have in the image.</param>
/// <param name="GroupId">The group that they have.</param>
public sealed record ProgramPlace(IProgramRunner Runner, IReadOnlyDictionary<string, string> InheritedEnvironment, int UserId = 0, int GroupId = 0)
{
    /// <summary>A place with this machine's own system, or a build image's.</summary>
    /// <param name="runner">Runs the programs.</param>
    /// <param name="machine">The environment of this process.</param>
    /// <param name="image">The build image, or null.</param>
    /// <remarks>
    /// Layers belong to the user of the build image, as the platform says there (platform specification, "Build Image"); without one to
    /// root, as the app does: a process cannot change what it runs.
    /// </remarks>
    public static ProgramPlace Of(IProgramRunner runner, IReadOnlyDictionary<string, string> machine, BuildImageRoot? image)
    {
        if (image is null) return new ProgramPlace(runner, machine);
        // How the network is reached is the machine's, where programs and libraries are the image's.
        Dictionary<string, string> environment = machine.Where(static variable => !PathVariables.Contains(variable.Key)).ToDictionary();
        foreach ((string name, string value) in image.Environment) environment[name] = value;
        return new ProgramPlace(runner, environment, (int)image.User.UserId, (int)image.User.GroupId);
    }
}
