using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Turns what may be wrong with an archive into errors that name it.</summary>
internal static class Unpacking
{
    /// <summary>Unpacks.</summary>
    /// <param name="archive">What messages call the archive, or the layer.</param>
    /// <param name="unpack">Unpacks it.</param>
    /// <exception cref="LifecycleException">BPT2172: it cannot be unpacked. BPT2173: it has an entry that is not unpacked.</exception>
    public static async Task<string> OfAsync(string archive, Func<Task<string>> unpack)
    {
        try
        {
            return await unpack();
        }
        catch (RefusedEntryException e)
        {
            throw LifecycleErrors.RefusedEntry(archive, e);
        }
        catch (InvalidDataException e)
        {
            throw LifecycleErrors.NotAnArchive(archive, e);
        }
    }
}
