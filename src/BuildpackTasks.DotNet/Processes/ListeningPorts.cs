using System.Text.RegularExpressions;

namespace BuildpackTasks.DotNet;

/// <summary>
/// The ports that ASP.NET Core listens on by its environment: <c>ASPNETCORE_URLS</c>, else <c>ASPNETCORE_HTTP_PORTS</c> and
/// <c>ASPNETCORE_HTTPS_PORTS</c>, as the SDK reads them for its images.
/// </summary>
public static partial class ListeningPorts
{
    internal const string Urls = "ASPNETCORE_URLS";
    internal const string HttpPorts = "ASPNETCORE_HTTP_PORTS";
    internal const string HttpsPorts = "ASPNETCORE_HTTPS_PORTS";

    /// <summary>The ports of an environment; empty where it says nothing. What is not a port is left out: the app will tell.</summary>
    /// <param name="environment">The environment.</param>
    public static IReadOnlyList<ContainerPort> Of(IReadOnlyDictionary<string, string> environment)
    {
        IEnumerable<string> numbers = environment.TryGetValue(Urls, out string? urls) && urls.Length > 0
            ? urls.Split(';').Select(static url => Url().Match(url.Trim()).Groups["port"].Value)
            : Numbers(environment, HttpPorts).Concat(Numbers(environment, HttpsPorts));
        return
        [
            .. from number in numbers
               where ContainerPort.TryParse(number, null, out _)
               select ContainerPort.Parse(number) into port
               where !port.IsUdp
               orderby port.Number
               group port by port into same
               select same.Key,
        ];
    }

    /// <summary>Whether an environment says where to listen.</summary>
    internal static bool AreSet(IReadOnlyDictionary<string, string> environment) =>
        environment.ContainsKey(Urls) || environment.ContainsKey(HttpPorts) || environment.ContainsKey(HttpsPorts);

    private static string[] Numbers(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.GetValueOrDefault(name)?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    // Hosts may be *, + or a name, an IPv6 address among them; without a port a URL stands for its scheme's, which is none of ours to open.
    [GeneratedRegex(@"\A\w+://.+:(?<port>[0-9]+)/?\z")]
    private static partial Regex Url();
}
