namespace BuildpackTasks.Oci;

/// <summary>A password or token. Formatting it, in a message, a log or a debugger, gives <c>***</c>.</summary>
internal sealed class Secret(string value)
{
    /// <summary>The secret itself, for whom it is meant.</summary>
    public string Reveal() => value;

    public override string ToString() => "***";
}
