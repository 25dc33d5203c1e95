using System.Globalization;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The summary for people: a line for each image, then what changes, layer by layer and package by package. What changes alike in
/// many images is said once, under a number that their lines have.
/// </summary>
/// <param name="writer">Where it goes.</param>
internal sealed class SummaryText(TextWriter writer) : IDisposable
{
    // Beyond this, lists that all differ say nothing to people.
    private const int MaxChanges = 200;
    private const int ShortDigest = 12;

    private readonly Dictionary<UInt128, int> numbers = [];
    private readonly List<(FleetChange Change, int Images)> changes = [];
    private bool hasMore;

    public void Begin(string kind, string time)
    {
        Line($"{char.ToUpperInvariant(kind[0])}{kind[1..]}, begun {time}");
        writer.WriteLine();
    }

    public void Add(FleetRecord record)
    {
        string digests = record switch
        {
            { Before: { } before, After: { } after } when before != after => $"{Short(before)} -> {Short(after)}",
            { Before: { } before } => Short(before),
            _ => "",
        };
        string numbered = string.Concat(record.Changes.Select(NumberOf).Distinct().Select(static number => number is null ? " [more]" : $" [{number}]"));
        Line($"{Word(record.Status),-16}  {digests,-28}  {record.Name}{numbered}".TrimEnd());
        if (record.KeptAs is { } keptAs) Line($"    kept as {keptAs}");
        foreach (string overridden in record.Overridden) Line($"    forced: {overridden}");
        foreach (string note in record.Notes) Line($"    {note}");
        if (record.ErrorCode is not null) Line($"    {record.ErrorCode}: {record.Error}");
    }

    public void End(FleetSummary summary)
    {
        for (int i = 0; i < changes.Count; i++)
        {
            writer.WriteLine();
            Write(i + 1, changes[i].Change, changes[i].Images);
        }
        if (hasMore)
        {
            writer.WriteLine();
            Line($"[more] changes that differ from these {MaxChanges} are in {Path.GetFileName(summary.JsonFile)}");
        }
        writer.WriteLine();
        foreach (string note in summary.Notes) Line(note);
        if (summary.Problem is { } problem) Line($"{problem.Code}: {problem.Message}");
        Line($"{summary.Counts}{(summary.IsInterrupted ? "; the run was stopped" : "")}");
        if (summary.RollbackFile is { } file) Line($"To take it back: RollbackFile={file}");
    }

    public void Dispose() => writer.Dispose();

    // What images say of themselves is written to terminals.
    private void Line(string text) => writer.WriteLine(ShownText.Line(text, int.MaxValue));

    private int? NumberOf(FleetChange change)
    {
        UInt128 key = NameHash.Of(string.Join('\n', Lines(change)));
        if (!numbers.TryGetValue(key, out int number))
        {
            if (changes.Count == MaxChanges)
            {
                hasMore = true;
                return null;
            }
            changes.Add((change, 0));
            numbers.Add(key, number = changes.Count);
        }
        changes[number - 1] = changes[number - 1] with { Images = changes[number - 1].Images + 1 };
        return number;
    }

    private void Write(int number, FleetChange change, int images)
    {
        Line($"[{number}] {images} {(images == 1 ? "image" : "images")}");
        foreach (string line in Lines(change)) Line($"    {line}");
    }

    private static IEnumerable<string> Lines(FleetChange change)
    {
        yield return $"{change.Part}{(change.Platform is null ? "" : $" ({change.Platform})")}: {change.Before} -> {change.After}";
        foreach (FleetLayer layer in change.Layers) yield return $"  layer {layer.Name}: {Blob(layer.Before)} -> {Blob(layer.After)}";
        foreach (PackageChange package in change.Packages)
            yield return $"  {package.Name}: {package.Before ?? "(none)"} -> {package.After ?? "(removed)"}{(package.IsOlder ? ", which is older" : "")}";
    }

    private static string Blob(FleetBlob? blob) => blob is null ? "(none)" : $"{Short(blob.Digest)} ({Size(blob.Size)})";

    private static string Size(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
    };

    private static string Short(Digest digest) => digest.Hex[..ShortDigest];

    private static string Word(FleetStatus status) => status switch
    {
        FleetStatus.Rebased => "rebased",
        FleetStatus.UpToDate => "up to date",
        FleetStatus.WouldBeRebased => "would be rebased",
        FleetStatus.Restored => "restored",
        FleetStatus.Failed => "failed",
        _ => "not reached",
    };
}
