using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>An error of the project's properties and items, or of the tasks. Codes BPT5000 to BPT5999.</summary>
/// <param name="code">The code, <c>BPT5</c> and three digits.</param>
/// <param name="message">One line without the code: what is wrong, then what to do.</param>
/// <param name="inner">What caused it, or null.</param>
public sealed class TaskException(string code, string message, Exception? inner = null) : CodedException(code, message, inner);
