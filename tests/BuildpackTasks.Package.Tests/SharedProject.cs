using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>
/// A project that many tests publish, one after the other: it is built once, and no layer of it is made twice. It asks for the
/// image on a run image that needs no network, into a layout of its own for every publish.
/// </summary>
internal sealed class SharedProject : IDisposable
{
    // Every property and item of the SDK that says what the image is like; only where a test asks for them.
    private const string Everything = """
          <PropertyGroup Condition="'$(Everything)' == 'true'">
            <Description>A shop, "all" of it</Description>
            <Authors>Ann; Bob</Authors>
            <Version>1.2.3</Version>
            <PackageProjectUrl>https://shop.example/</PackageProjectUrl>
            <PackageLicenseExpression>MIT</PackageLicenseExpression>
            <Title>Shop</Title>
            <ContainerVendor>Ann's</ContainerVendor>
            <ContainerRepository>Shop/My Web</ContainerRepository>
            <ContainerImageTags>1.2;latest</ContainerImageTags>
            <ContainerUser>1234:5678</ContainerUser>
            <ContainerWorkingDirectory>/srv/shop/</ContainerWorkingDirectory>
          </PropertyGroup>
          <ItemGroup Condition="'$(Everything)' == 'true'">
            <ContainerPort Include="8080" Type="tcp" />
            <ContainerPort Include="53" Type="udp" />
            <ContainerPort Include="9090" />
            <ContainerEnvironmentVariable Include="SEASONS" Value="1;2 3" />
            <ContainerEnvironmentVariable Include="LOG" Value="Verbose" />
            <ContainerLabel Include="com.example.shelf" Value="x=y" />
            <ContainerAppCommandArgs Include="--open" />
            <ContainerDefaultArgs Include="--color;green" />
          </ItemGroup>
        """;

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Lazy<Task<SdkProject>> project;
    private int layouts;

    private SharedProject(ProjectTemplate template, ProjectOptions options, params (string Path, string Text)[] files)
    {
        project = new(() => CreateAsync(template, options, files));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    /// <summary>A console app.</summary>
    public static SharedProject Console { get; } = new(ProjectTemplate.Console, new ProjectOptions
    {
        Name = "Greeter",
        More = """<ItemGroup><DebianPackage Include="$(TestDebianPackage)" /><ImageProcess Include="$(TestProcess)" /></ItemGroup>""",
    });

    /// <summary>A web app with publish profiles.</summary>
    public static SharedProject Web { get; } = new(
        ProjectTemplate.Web,
        new ProjectOptions { Name = "Shop", More = Everything },
        ("Properties/PublishProfiles/Image.pubxml", "<Project><PropertyGroup><PublishImage>true</PublishImage></PropertyGroup></Project>\n"),
        ("Properties/PublishProfiles/Folder.pubxml", """
            <Project>
              <PropertyGroup>
                <PublishImage>true</PublishImage>
                <WebPublishMethod>FileSystem</WebPublishMethod>
                <PublishUrl>bin/folder/</PublishUrl>
              </PropertyGroup>
            </Project>

            """));

    /// <summary>A console app whose buildpacks and build environment come from the command line.</summary>
    public static SharedProject Programs { get; } = new(ProjectTemplate.Console, new ProjectOptions
    {
        Name = "Tool",
        Properties = new Dictionary<string, string> { ["InvariantGlobalization"] = "true", ["Version"] = "4.5.6" },
        More = """
              <ItemGroup>
                <Buildpack Include="$(TestBuildpack)" />
                <BuildEnvironmentVariable Include="MODE" Value="$(TestMode)" Condition="'$(TestMode)' != ''" />
              </ItemGroup>
            """,
    });

    /// <summary>Runs a <c>dotnet</c> command in the project's directory.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="environment">Variables of this command.</param>
    public async Task<SharedResult> RunAsync(
        IEnumerable<string> arguments, CancellationToken cancellationToken, IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        SdkProject shared = await project.Value.WaitAsync(cancellationToken);
        await turn.WaitAsync(cancellationToken);
        try
        {
            var layout = shared.Beside($"layout{++layouts}");
            string[] given = [.. arguments];
            var result = await shared.DotNetAsync(
                [given[0], .. Defaults(shared, layout), .. given[1..]],
                environment,
                cancellationToken);
            return new SharedResult(shared, result, layout);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Publishes the image of what was built already.</summary>
    public Task<SharedResult> PublishImageAsync(
        IEnumerable<string> arguments, CancellationToken cancellationToken, IEnumerable<KeyValuePair<string, string?>>? environment = null) =>
        RunAsync(["publish", "--no-build", "-p:PublishImage=true", .. arguments], cancellationToken, environment);

    /// <summary>Publishes the image while a directory is a disk of four megabytes, and says at the end what is left on it.</summary>
    /// <param name="disk">The directory.</param>
    /// <param name="argument">What uses it.</param>
    /// <param name="cancellationToken">Kills the publish.</param>
    public async Task<SharedResult> RunOnSmallDiskAsync(string disk, string argument, CancellationToken cancellationToken)
    {
        // The mount is in a namespace of this command's own: nobody else sees it, and it ends with the command.
        const string Script = """
            mount -t tmpfs -o size=4m tmpfs "$1" && cd "$2" && shift 2 || exit 99
            disk=$1 && shift
            dotnet "$@"
            status=$?
            echo "left on the disk: $(find "$disk" -mindepth 1 | wc -l)"
            echo "temporary files: $(find "$disk/tmp" -type f 2>/dev/null | wc -l)"
            exit $status
            """;
        SdkProject shared = await project.Value.WaitAsync(cancellationToken);
        await turn.WaitAsync(cancellationToken);
        try
        {
            var layout = shared.Beside($"layout{++layouts}");
            var result = await Command.RunAsync(
                "unshare",
                ["--user", "--mount", "--map-root-user", "sh", "-c", Script, "sh", disk, shared.Directory, disk, "publish", .. Defaults(shared, layout), "--no-build", "-p:PublishImage=true", argument],
                environment: SdkProject.BuildEnvironment,
                cancellationToken: cancellationToken);
            return new SharedResult(shared, result, layout);
        }
        finally
        {
            turn.Release();
        }
    }

    // Of a property that is set twice, the later counts: a test's own.
    private static string[] Defaults(SdkProject shared, string layout) =>
        ["-nodeReuse:false", $"-p:ImageCacheDirectory={shared.Beside("cache")}", "-p:RunImage=scratch", $"-p:ImageLayoutPath={layout}"];

    /// <summary>Deletes the project, when the process that runs the tests ends.</summary>
    public void Dispose()
    {
        if (project is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) project.Value.Result.Dispose();
        turn.Dispose();
    }

    private static async Task<SdkProject> CreateAsync(ProjectTemplate template, ProjectOptions options, (string Path, string Text)[] files)
    {
        SdkProject created = await SdkProject.CreateAsync(template, options);
        foreach (var (path, text) in files) created.Write(path, text);
        (await created.DotNetAsync(["publish", "-nodeReuse:false"])).EnsureSuccess();
        return created;
    }
}
