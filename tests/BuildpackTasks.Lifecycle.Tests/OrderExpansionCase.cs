using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>
/// A case of <c>Cases/order-expansion.json</c>: buildpacks and an order, and the groups or the error that expanding it must give. An
/// entry is written <c>id@version?{environments}</c>; what a buildpack is written with is its order, or an API that is not supported.
/// </summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Json">The case.</param>
public sealed partial record OrderExpansionCase(string Name, JsonNode Json)
{
    public static IEnumerable<object[]> All =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", "order-expansion.json")))!.AsArray()
            .Select(static item => new object[] { new OrderExpansionCase((string)item!["name"]!, item) });

    public IReadOnlyList<OrderReferenceGroup> Order => ReadOrder(Json["order"]!);

    public BuildpackFile? Find(BuildpackId id, string version) =>
        Buildpacks().FirstOrDefault(file => file.Descriptor.Id == id && (version.Length == 0 || version == file.Descriptor.Version));

    public override string ToString() => Name;

    public static string Write(ExpandedEntry entry) =>
        $"{entry.Buildpack.Descriptor}{(entry.Optional ? "?" : "")}{(entry.ExecutionEnvironments.Count == 0 ? "" : $"{{{string.Join(',', entry.ExecutionEnvironments)}}}")}";

    private IEnumerable<BuildpackFile> Buildpacks()
    {
        foreach (JsonObject buildpacks in ((string[])["buildpacks", "more"]).Select(key => Json[key]).OfType<JsonObject>())
        {
            foreach ((string key, JsonNode? value) in buildpacks)
            {
                OrderReference reference = Read(key);
                string api = value is JsonValue ? (string)value! : "0.12";
                yield return new BuildpackFile(
                    new BuildpackDescriptor(reference.Id, reference.Version, api) { ExecutionEnvironments = reference.ExecutionEnvironments },
                    value is JsonArray order ? ReadOrder(order) : []);
            }
        }
    }

    private static IReadOnlyList<OrderReferenceGroup> ReadOrder(JsonNode order) =>
        [.. order.AsArray().Select(static group => new OrderReferenceGroup([.. group!.AsArray().Select(static entry => Read((string)entry!))]))];

    private static OrderReference Read(string text)
    {
        Match match = Entry().Match(text);
        string environments = match.Groups["environments"].Value;
        return new OrderReference(BuildpackId.Parse(match.Groups["id"].Value), match.Groups["version"].Value, match.Groups["optional"].Success)
        {
            ExecutionEnvironments = environments.Length == 0 ? [] : environments.Split(','),
        };
    }

    [GeneratedRegex(@"\A(?<id>[^@?{]+)(@(?<version>[^?{]+))?(?<optional>\?)?(\{(?<environments>.*)\})?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();
}
