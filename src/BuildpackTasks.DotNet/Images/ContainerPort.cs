using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BuildpackTasks.DotNet;

/// <summary>A port that an image says it listens on.</summary>
/// <param name="Number">The number, 1 to 65535.</param>
/// <param name="IsUdp">Whether it is a UDP port; otherwise TCP.</param>
public readonly record struct ContainerPort(ushort Number, bool IsUdp = false)
{
    /// <summary>Reads a port as the SDK does: a number, with <c>/tcp</c> or <c>/udp</c> after it or the type given apart.</summary>
    /// <param name="number">The number, or number and type: <c>8080</c>, <c>8080/tcp</c>.</param>
    /// <param name="type">The type, <c>tcp</c> or <c>udp</c> in any case; null or empty for TCP.</param>
    /// <exception cref="DotNetException">BPT3005: it is not a port.</exception>
    public static ContainerPort Parse(string number, string? type = null) =>
        TryParse(number, type, out ContainerPort port) ? port : throw DotNetErrors.BadPort(string.IsNullOrEmpty(type) ? number : $"{number}/{type}");

    /// <summary>Reads a port if the text is one.</summary>
    /// <param name="number">The number, or number and type.</param>
    /// <param name="type">The type; null or empty for what the number says, or TCP.</param>
    /// <param name="port">The port, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? number, string? type, out ContainerPort port)
    {
        port = default;
        if (number?.Split('/') is [var digits, var written] && string.IsNullOrEmpty(type)) (number, type) = (digits, written);
        if (!ushort.TryParse(number?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ushort value) || value == 0) return false;
        if (type?.Trim().ToLowerInvariant() is not (null or "" or "tcp" or "udp")) return false;
        port = new ContainerPort(value, string.Equals(type?.Trim(), "udp", StringComparison.OrdinalIgnoreCase));
        return true;
    }

    /// <summary>The text that an image's config has: <c>8080/tcp</c>.</summary>
    public override string ToString() => $"{Number}/{(IsUdp ? "udp" : "tcp")}";
}
