namespace BuildpackTasks.Lifecycle;

/// <summary>The errors of this room, one factory each: code, what is wrong, what to do.</summary>
internal static class LifecycleErrors
{
    public static LifecycleException BadName(string what, string value, string rule) =>
        new("BPT2001", $"'{value}' cannot be the name of a {what}: {rule}.");
}
