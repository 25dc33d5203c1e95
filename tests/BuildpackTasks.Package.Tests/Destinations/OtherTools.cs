using System.Security.Cryptography;
using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Programs of others that read images.</summary>
internal static class OtherTools
{
    /// <summary>The digest of the manifest that skopeo reads somewhere.</summary>
    public static async Task<string> DigestAsync(string image, CancellationToken cancellationToken)
    {
        var manifest = await RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", image], cancellationToken);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)));
    }

    /// <summary>Copies an image with skopeo.</summary>
    public static Task CopyAsync(string from, string to, CancellationToken cancellationToken) =>
        RunAsync("skopeo", ["copy", "--quiet", "--all", "--src-tls-verify=false", "--dest-tls-verify=false", from, to], cancellationToken);

    /// <summary>Runs a program, which must succeed.</summary>
    /// <returns>Its output.</returns>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        (await Command.RunAsync(program, arguments, cancellationToken: cancellationToken)).EnsureSuccess().Output;
}
