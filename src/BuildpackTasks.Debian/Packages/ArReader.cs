using System.Globalization;
using System.Text;

namespace BuildpackTasks.Debian;

/// <summary>
/// Reads the members of a package file one after the other (deb(5)): an <c>ar</c> archive in the common format, without the
/// extensions for long names, which packages do not have.
/// </summary>
/// <param name="stream">The file, at its start.</param>
/// <param name="package">What messages call it.</param>
internal sealed class ArReader(Stream stream, string package) : IDisposable
{
    private const int HeaderLength = 60;

    private LimitedStream? member;
    private bool padded;
    private bool started;

    /// <summary>The name and the bytes of the next member, or null at the end. The bytes of the one before are passed over.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DebianException">BPT4030: the file is not a package.</exception>
    public async Task<(string Name, Stream Content)?> NextAsync(CancellationToken cancellationToken)
    {
        if (!started)
        {
            byte[] magic = new byte[8];
            if (await stream.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken) < magic.Length || !magic.AsSpan().SequenceEqual("!<arch>\n"u8))
                throw DebianErrors.MalformedPackage(package, "it is not a Debian package file");
            started = true;
        }
        await SkipAsync(cancellationToken);

        byte[] header = new byte[HeaderLength];
        int read = await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken);
        if (read == 0) return null;
        if (read < HeaderLength || header[58] != '`' || header[59] != '\n') throw DebianErrors.MalformedPackage(package, "a member has no header");
        string name = Encoding.ASCII.GetString(header, 0, 16).TrimEnd(' ').TrimEnd('/');
        if (!long.TryParse(Encoding.ASCII.GetString(header, 48, 10).TrimEnd(' '), NumberStyles.None, CultureInfo.InvariantCulture, out long size))
            throw DebianErrors.MalformedPackage(package, $"the size of '{name}' is not a number");
        padded = size % 2 != 0;
        member = new LimitedStream(stream, size);
        return (name, member);
    }

    /// <inheritdoc/>
    public void Dispose() => member?.Dispose();

    private async Task SkipAsync(CancellationToken cancellationToken)
    {
        if (member is null) return;
        byte[] buffer = new byte[16 * 1024];
        while (await member.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
        if (member.Left > 0) throw DebianErrors.MalformedPackage(package, "it is cut off");
        if (padded) await stream.ReadAtLeastAsync(buffer.AsMemory(0, 1), 1, throwOnEndOfStream: false, cancellationToken);
        member = null;
    }
}
