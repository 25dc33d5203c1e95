using System.ComponentModel;
using System.Diagnostics;

namespace BuildpackTasks.Debian;

/// <summary>The proxy that apt is set to, which apt itself tells best: its configuration is many files.</summary>
internal static class AptProxy
{
    private const string AptConfig = "/usr/bin/apt-config";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The proxy, or null where apt has none or is not there.</summary>
    public static Uri? Find()
    {
        if (!File.Exists(AptConfig)) return null;
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(AptConfig, ["dump", "Acquire::http::Proxy"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (output.Wait(Patience)) return Parse(output.Result);
            process.Kill(entireProcessTree: true);
            return null;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    // Acquire::http::Proxy "http://proxy:3128/";
    internal static Uri? Parse(string output)
    {
        foreach (string line in output.Split('\n'))
        {
            if (line.Split(' ', 2) is ["Acquire::http::Proxy", var value] && Uri.TryCreate(value.Trim().TrimEnd(';').Trim('"'), UriKind.Absolute, out Uri? proxy) && proxy.Scheme is "http" or "https")
                return proxy;
        }
        return null;
    }
}
