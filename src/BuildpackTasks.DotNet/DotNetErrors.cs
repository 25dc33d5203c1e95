using NuGet.Versioning;

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

    public static DotNetException BadRepository(string name) =>
        new("BPT3007", $"'{name}' cannot be the name of a repository, nor be made one. Set ContainerRepository to lower-case letters and digits, with '/', '.', '_' or '-' between them.");

    public static DotNetException UnknownFramework(FrameworkReference reference) =>
        new("BPT3010", $"The app needs {reference}, which cannot be added to an image. Set RunImage to an image that has it, or publish the app with SelfContained=true.");

    public static DotNetException RunImageLacksFramework(FrameworkReference reference, NuGetVersion present) =>
        new("BPT3011", $"The run image has .NET {present} without {reference.Name}, which the app needs. Set RunImage to an image of ASP.NET Core, or to one without .NET: then the runtime is added to it.");

    public static DotNetException RunImageHasOtherRuntime(FrameworkReference reference, NuGetVersion present) =>
        new("BPT3011", $"The run image has {reference.Name} {present}, and the app needs {reference.Version} (roll-forward {reference.RollForward}). Set RunImage to an image of .NET {reference.Version.Major}.{reference.Version.Minor}, or to one without .NET: then the runtime is added to it.");

    public static DotNetException WantedRuntimeDoesNotServe(NuGetVersion wanted, FrameworkReference reference) =>
        new("BPT3012", $"DotNetRuntimeVersion is {wanted}, and the app needs {reference} (roll-forward {reference.RollForward}). Set DotNetRuntimeVersion to a version that serves, or leave it out.");

    public static DotNetException FrameworksDisagree(FrameworkReference reference, NuGetVersion aspNetCore) =>
        new("BPT3013", $"The app needs {reference} (roll-forward {reference.RollForward}), and its ASP.NET Core {aspNetCore} brings {reference.Name} {aspNetCore}. Make the versions of both frameworks agree in runtimeconfig.json: leave out RuntimeFrameworkVersion.");

    public static DotNetException PackMissing(RequiredPack pack) =>
        new("BPT3014", $"The package {pack.Id} {pack.Version} is not there. Add a feed that has it, set DotNetRuntimeVersion to a version that your feeds have, or set RunImage to an image that has .NET.");

    public static DotNetException MalformedPack(ResolvedPack pack, Exception? inner = null) =>
        new("BPT3015", $"The package {pack.Pack.Id} {pack.Pack.Version} in '{pack.Directory}' is not whole. Delete that directory and publish again, so that NuGet restores it.", inner);

    public static DotNetException AssemblyNameTooLong(string assembly) =>
        new("BPT3016", $"The assembly name '{assembly}' is too long for the program that starts it. Set AssemblyName to one of less than 1024 bytes.");
}
