namespace BuildpackTasks.Benchmark;

/// <summary>The values in the middle.</summary>
internal static class Medians
{
    public static double Median<T>(this IEnumerable<T> items, Func<T, double> value)
    {
        double[] sorted = [.. items.Select(value).Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
