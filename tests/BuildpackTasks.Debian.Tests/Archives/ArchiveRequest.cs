namespace BuildpackTasks.Debian.Tests;

/// <summary>What an archive was asked for, and how it answered.</summary>
internal sealed record ArchiveRequest(string Path, bool Conditional, int Status)
{
    public override string ToString() => $"{Path}{(Conditional ? " if changed" : "")}: {Status}";
}
