using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What the tests that publish new projects have in common.</summary>
internal static class Publishing
{
    /// <summary>Properties of a project whose app brings its own runtime.</summary>
    public const string SelfContained = "RuntimeIdentifier=linux-x64;SelfContained=true";

    /// <summary>Arguments for a run image that is made of Debian packages.</summary>
    public static string[] OnDebian(params string[] more) => ["-p:RunImage=debian://trixie", .. more];

    /// <summary>A project of a template, with properties like <c>A=1;B=2</c> in its file.</summary>
    public static Task<SdkProject> CreateAsync(ProjectTemplate template, string framework, string properties = "") =>
        SdkProject.CreateAsync(template, new ProjectOptions
        {
            TargetFramework = framework,
            Properties = properties.Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(property => property.Split('='))
                .ToDictionary(pair => pair[0], pair => pair[1]),
        });

    /// <summary>Publishes on Debian packages into a layout, which must go without a warning.</summary>
    /// <returns>The layout's directory, and the image in it.</returns>
    public static async Task<(string Layout, ImageInLayout Image)> ToLayoutAsync(SdkProject project, CancellationToken cancellationToken)
    {
        var layout = project.Beside("layout");
        var published = await project.PublishImageAsync(OnDebian($"-p:ImageLayoutPath={layout}"), cancellationToken: cancellationToken);
        var digest = published.Image["Digest"];
        Assert.IsEmpty(published.Warnings, published.Command.All);
        var image = await ImageInLayout.ReadAsync(layout, cancellationToken);
        Assert.AreEqual(digest, image.Digest);
        return (layout, image);
    }
}
