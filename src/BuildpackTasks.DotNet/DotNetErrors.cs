namespace BuildpackTasks.DotNet;

/// <summary>The errors of this room, one factory each: code, what is wrong, what to do.</summary>
internal static class DotNetErrors
{
    public static DotNetException NothingPublished(string directory) =>
        new("BPT3001", $"There is no published app in '{directory}'. Publish the project first (dotnet publish), or leave out --no-build.");

    public static DotNetException NoRuntimeConfig(string directory, string file) =>
        new("BPT3001", $"There is no published app in '{directory}': it has no {file}. Publish a project whose OutputType is Exe; a library has nothing to run.");

    public static DotNetException MalformedRuntimeConfig(string path, string reason, Exception? inner = null) =>
        new("BPT3002", $"'{path}' is not a runtime config that the .NET host can read: {reason}. Publish the project again, and look at its runtimeconfig.template.json if it has one.", inner);

    public static DotNetException NotForLinux(string target) =>
        new("BPT3003", $"The app is published for {target}, and images are made for Linux. Set RuntimeIdentifier (or ContainerRuntimeIdentifier) to one such as linux-x64, and TargetFramework to one without a platform.");

    public static DotNetException BadRuntimeIdentifier(string value) =>
        new("BPT3004", $"'{value}' is not a runtime identifier that an image can be made for. Set ContainerRuntimeIdentifier to one such as linux-x64, linux-arm64 or linux-musl-x64.");

    public static DotNetException BadPort(string value) =>
        new("BPT3005", $"'{value}' is not a port. Give ContainerPort a number from 1 to 65535, and the metadata Type (tcp or udp) if it is not TCP.");

    public static DotNetException NoExecutable(string directory, string name, string runtimeIdentifier) =>
        new("BPT3006", $"'{directory}' has no program '{name}' for {runtimeIdentifier}. Publish the app for the platform of the image: set RuntimeIdentifier to {runtimeIdentifier}, and do not set UseAppHost to false.");
}
