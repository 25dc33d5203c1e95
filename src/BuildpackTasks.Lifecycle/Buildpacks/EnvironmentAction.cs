namespace BuildpackTasks.Lifecycle;

/// <summary>What is done with a variable (buildpack specification, "Environment Variable Modification Rules").</summary>
public enum EnvironmentAction
{
    /// <summary>The value is set where the variable is unset or empty.</summary>
    Default,

    /// <summary>The value is set.</summary>
    Override,

    /// <summary>The value goes before the present one.</summary>
    Prepend,

    /// <summary>The value goes after the present one.</summary>
    Append,
}
