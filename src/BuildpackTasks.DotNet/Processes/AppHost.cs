using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet;

/// <summary>
/// Makes the program that starts a framework-dependent app: the template of the apphost pack with the app's assembly written over a
/// placeholder (host documentation, "apphost").
/// </summary>
internal static class AppHost
{
    // The bytes of an apphost are few; more than this is something else.
    private const long MaxLength = 16 << 20;

    // The template has room for a path of this many bytes.
    private const int MaxNameLength = 1024;

    // The sha256 of "foobar", as the host's sources define it.
    private static ReadOnlySpan<byte> Placeholder => "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2"u8;

    /// <summary>Reads the template of a pack and writes the name of an assembly into it.</summary>
    /// <exception cref="DotNetException">BPT3015: the pack has no template. BPT3016: the name is too long.</exception>
    public static async Task<FileContent> CreateAsync(ResolvedPack pack, RuntimeIdentifier identifier, string assembly, CancellationToken cancellationToken)
    {
        string path = Path.Combine(pack.Directory, "runtimes", identifier.ToString(), "native", "apphost");
        byte[] template;
        try
        {
            if (new FileInfo(path).Length > MaxLength) throw DotNetErrors.MalformedPack(pack);
            template = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DotNetErrors.MalformedPack(pack, e);
        }
        return FileContent.FromBytes(Write(template, assembly) ?? throw DotNetErrors.MalformedPack(pack));
    }

    private static byte[]? Write(byte[] template, string assembly)
    {
        byte[] name = Encoding.UTF8.GetBytes(assembly);
        if (name.Length >= MaxNameLength) throw DotNetErrors.AssemblyNameTooLong(assembly);
        int at = template.AsSpan().IndexOf(Placeholder);
        if (at < 0 || at + MaxNameLength > template.Length || template.AsSpan(at + 1).IndexOf(Placeholder) >= 0) return null;
        template.AsSpan(at, Placeholder.Length).Clear();
        name.CopyTo(template, at);
        return template;
    }
}
