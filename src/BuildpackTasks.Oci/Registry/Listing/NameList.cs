using System.Net;

namespace BuildpackTasks.Oci;

/// <summary>A list of names that a registry gives: where it is, what its names are, and what it means that there is none.</summary>
internal abstract class NameList
{
    /// <summary>What it needs to be allowed.</summary>
    public abstract RegistryScope Scope { get; }

    /// <summary>The path below the registry's root.</summary>
    public abstract string Path { get; }

    /// <summary>The member of the answer that holds the names.</summary>
    public abstract string Member { get; }

    /// <summary>What messages call the list.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the text can be one of its names.</summary>
    public abstract bool IsName(string text);

    /// <summary>The error for an answer that says that there is no such list; null where it says something else.</summary>
    /// <param name="status">The answer's status.</param>
    /// <param name="isRegistry">Whether it is a registry's answer by its form.</param>
    /// <param name="detail">What it says of itself, or null.</param>
    public abstract OciException? Missing(HttpStatusCode status, bool isRegistry, string? detail);

    /// <summary>The error for a list that the account may not see; null for what the refusal says by itself.</summary>
    public abstract OciException? Refused(OciException refusal);
}
