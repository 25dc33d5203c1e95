using System.Text.RegularExpressions;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>A registry's access log in a form that a test can assert whole.</summary>
internal static partial class RequestLog
{
    /// <summary>
    /// What was asked of the registry: digests by the names <c>layer1</c>…, <c>config</c> and <c>manifest</c>, upload sessions as
    /// <c>SESSION</c>, and what goes on side by side (everything between the first and the last manifest request) sorted.
    /// </summary>
    public static async Task<string> DescribeAsync(RegistryServer registry, Image image, CancellationToken cancellationToken)
    {
        List<string> lines = [.. (await registry.GetRequestsAsync(cancellationToken)).Select(request => Named(request.ToString(), image))];
        int first = lines.FindIndex(static line => !line.Contains("/manifests/", StringComparison.Ordinal));
        int last = lines.FindLastIndex(static line => !line.Contains("/manifests/", StringComparison.Ordinal));
        if (first >= 0) lines.Sort(first, last - first + 1, StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static string Named(string line, Image image)
    {
        line = Uri.UnescapeDataString(Session().Replace(line, "/uploads/SESSION"));
        line = State().Replace(line, "");
        for (int index = 0; index < image.Layers.Count; index++) line = line.Replace(image.Layers[index].Descriptor.Digest.ToString(), $"layer{index + 1}", StringComparison.Ordinal);
        return line.Replace(image.ConfigDescriptor.Digest.ToString(), "config", StringComparison.Ordinal).Replace(image.Digest.ToString(), "manifest", StringComparison.Ordinal);
    }

    [GeneratedRegex("/uploads/[0-9a-f-]{36}")]
    private static partial Regex Session();

    [GeneratedRegex("_state=[^& ]*&?")]
    private static partial Regex State();
}
