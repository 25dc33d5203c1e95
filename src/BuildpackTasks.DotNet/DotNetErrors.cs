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

    public static DotNetException SelfContained(string image, IReadOnlyList<FrameworkReference> included) =>
        new("BPT3020", $"The .NET runtime of '{image}' cannot be replaced: its app is self-contained and has {(included.Count == 0 ? ".NET" : $".NET {included[0].Version}")} among its own files. Publish the app again with a newer runtime, or without SelfContained: then the runtime is a layer of its own.");

    public static DotNetException NativeCode(string image) =>
        new("BPT3021", $"The .NET runtime of '{image}' cannot be replaced: its app is native code (PublishAot) and holds the runtime in its program. Publish the app again with a newer SDK.");

    public static DotNetException RunImageHasDotNet(string image, NuGetVersion version) =>
        new("BPT3022", $"The .NET runtime {version} of '{image}' is a part of its run image. Leave out DotNetRuntimeVersion, and set RunImage to a newer run image or leave it to the one that the image names.");

    public static DotNetException NoRuntimeLayer(string image) =>
        new("BPT3023", $"'{image}' has no layer with a .NET runtime that could be replaced. Leave it out, or leave out DotNetRuntimeVersion.");

    public static DotNetException MalformedRuntimeNote(string image, string reason) =>
        new("BPT3024", $"The .NET runtime of '{image}' cannot be replaced, for its metadata is not what a build writes: {reason}. Publish the app again.");

    public static DotNetException OtherFeatureLine(string image, NuGetVersion present, NuGetVersion wanted, RuntimeUpdatePolicy policy) =>
        new("BPT3025", $"'{image}' has .NET {present} and is not moved to {wanted}: {(policy == RuntimeUpdatePolicy.LatestPatch
            ? $"only to other patches of {present.Major}.{present.Minor}. Set DotNetRuntimeVersion to one of them{(wanted.Major == present.Major ? ", or DotNetRuntimeRollForward to Minor" : "")}"
            : $"only to other versions of {present.Major}. Set DotNetRuntimeVersion to one of them")}; for another version publish the app again.");

    public static DotNetException AppDoesNotAccept(string image, NuGetVersion version, FrameworkReference reference) =>
        new("BPT3026", $"'{image}' is not moved to .NET {version}: its app needs {reference} (roll-forward {reference.RollForward}). Set DotNetRuntimeVersion to a version that serves, or publish the app again.");

    public static DotNetException NothingKnown(string image, NuGetVersion present) =>
        new("BPT3027", $"'{image}' has .NET {present}, and this SDK knows no .NET {present.Major}.{present.Minor}. Set DotNetRuntimeVersion to the version to move to, or use another SDK.");

    public static DotNetException OlderRuntime(string image, string present, string wanted) =>
        new("BPT3028", $"'{image}' has .NET {present}, and {wanted} is older. Set DotNetRuntimeVersion to a newer one, or ForceRebase to true.");

    public static DotNetException RequirementUnknown(string image, NuGetVersion wanted) =>
        new("BPT3029", $"'{image}' does not say which versions of .NET its app runs on, and {wanted} is of another minor version. Publish the app again, or set ForceRebase to true.");
}
