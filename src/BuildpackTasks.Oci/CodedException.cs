namespace BuildpackTasks.Oci;

/// <summary>
/// An error that a user can act on: a code that <c>docs/errors.md</c> explains, and one line that says what is wrong and
/// what to set or do. Each room derives its own.
/// </summary>
/// <param name="code">The code, <c>BPT</c> and four digits.</param>
/// <param name="message">One line without the code: what is wrong, then what to do. Holds no secret.</param>
/// <param name="inner">What caused it, or null.</param>
public abstract class CodedException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code, <c>BPT</c> and four digits.</summary>
    public string Code { get; } = code;
}
