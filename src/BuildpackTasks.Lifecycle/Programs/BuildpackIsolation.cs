namespace BuildpackTasks.Lifecycle;

/// <summary>Whether the programs of buildpacks run in a view of their own (the property <c>BuildpackIsolation</c>).</summary>
public enum BuildpackIsolation
{
    /// <summary>In a view where the machine allows one, otherwise directly, which is said.</summary>
    Auto,

    /// <summary>In a view, or not at all.</summary>
    Always,

    /// <summary>Directly on the machine.</summary>
    Never,
}
