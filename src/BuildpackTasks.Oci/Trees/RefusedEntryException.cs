namespace BuildpackTasks.Oci;

/// <summary>An archive has an entry that is not unpacked. Whoever unpacks it says of what: this is no error for users by itself.</summary>
/// <param name="entry">The entry's name, fit for a message.</param>
/// <param name="reason">What is wrong with it, as the end of a sentence that begins with the name.</param>
public sealed class RefusedEntryException(string entry, string reason) : Exception($"its entry '{entry}' {reason}")
{
    /// <summary>The entry's name, fit for a message.</summary>
    public string Entry { get; } = entry;
}
