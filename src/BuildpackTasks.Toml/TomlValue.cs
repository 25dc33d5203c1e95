namespace BuildpackTasks.Toml;

/// <summary>What may be a value.</summary>
internal static class TomlValue
{
    public static object Checked(object value) => value switch
    {
        int number => (long)number,
        string or long or double or bool or DateTimeOffset or DateTime or DateOnly or TimeOnly or TomlArray or TomlTable => value,
        _ => throw new ArgumentException($"TOML has no values of type {value.GetType()}.", nameof(value)),
    };
}
