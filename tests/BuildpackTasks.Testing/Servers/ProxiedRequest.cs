namespace BuildpackTasks.Testing;

/// <summary>One request that came to a <see cref="FaultProxy"/>.</summary>
public sealed class ProxiedRequest
{
    private long bodyBytes;

    internal ProxiedRequest(int index, string method, string path, long length, string contentRange, bool isAnnounced)
    {
        Index = index;
        Method = method;
        Path = path;
        Length = length;
        ContentRange = contentRange;
        IsAnnounced = isAnnounced;
    }

    /// <summary>Which one it is, from 0.</summary>
    public int Index { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path with its query.</summary>
    public string Path { get; }

    /// <summary>How long the client said its body is; 0 for none.</summary>
    public long Length { get; }

    /// <summary>The header <c>Content-Range</c>; empty for none.</summary>
    public string ContentRange { get; }

    /// <summary>Whether the client asked to be told before it sends the body (<c>Expect: 100-continue</c>).</summary>
    public bool IsAnnounced { get; }

    /// <summary>How many bytes of its body have come from the client.</summary>
    public long BodyBytes => Interlocked.Read(ref bodyBytes);

    /// <summary>What was made to go wrong; null for nothing.</summary>
    public Fault? Fault { get; internal set; }

    /// <summary>The status of the answer as it came from the server or from the proxy; 0 for none.</summary>
    public int Status { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Index}: {Method} {Path} ({Length}) {Status} {Fault?.Kind}";

    internal void Count(int bytes) => Interlocked.Add(ref bodyBytes, bytes);
}
