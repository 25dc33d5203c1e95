namespace BuildpackTasks.DotNet;

/// <summary>What labels can say of an image; null or empty for what is not known.</summary>
public sealed record ImageLabelFacts
{
    /// <summary>When the image is made; used only where the user asks for it, for it makes every image another one.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>What it is (<c>ContainerDescription</c>).</summary>
    public string? Description { get; init; }

    /// <summary>Who made it (<c>ContainerAuthors</c>).</summary>
    public string? Authors { get; init; }

    /// <summary>Where to read about it (<c>ContainerInformationUrl</c>).</summary>
    public string? Url { get; init; }

    /// <summary>Where its documentation is (<c>ContainerDocumentationUrl</c>).</summary>
    public string? Documentation { get; init; }

    /// <summary>Where its sources are (<c>RepositoryUrl</c>, where <c>PublishRepositoryUrl</c> is true).</summary>
    public string? Source { get; init; }

    /// <summary>The app's version (<c>ContainerVersion</c>).</summary>
    public string? Version { get; init; }

    /// <summary>The commit that it was made from (<c>SourceRevisionId</c>, where <c>PublishRepositoryUrl</c> is true).</summary>
    public string? Revision { get; init; }

    /// <summary>Who distributes it (<c>ContainerVendor</c>).</summary>
    public string? Vendor { get; init; }

    /// <summary>Its licenses, an SPDX expression (<c>ContainerLicenseExpression</c>).</summary>
    public string? Licenses { get; init; }

    /// <summary>Its title (<c>ContainerTitle</c>).</summary>
    public string? Title { get; init; }

    /// <summary>The digest of the run image's manifest.</summary>
    public string? BaseDigest { get; init; }

    /// <summary>The reference of the run image.</summary>
    public string? BaseName { get; init; }

    /// <summary>The .NET version that the app is compiled for: <c>10.0</c>.</summary>
    public string? RuntimeVersion { get; init; }

    /// <summary>The version of the SDK that published it.</summary>
    public string? SdkVersion { get; init; }
}
