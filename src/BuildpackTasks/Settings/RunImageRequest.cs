using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>The run image that is asked for.</summary>
/// <param name="Name">What the user wrote: <c>RunImage</c>.</param>
/// <param name="Platform">The platform that it must be for.</param>
internal sealed record RunImageRequest(string Name, Platform Platform)
{
    /// <summary>Whether an assembled run image has ICU in it.</summary>
    public bool IncludesIcu { get; init; }

    /// <summary><c>DebianMirror</c>, or null.</summary>
    public string? DebianMirror { get; init; }

    /// <summary><c>DebianKeyring</c>, or null.</summary>
    public string? DebianKeyring { get; init; }
}
