using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>An error of Debian sources, packages or of images made from them. Codes BPT4000 to BPT4999.</summary>
/// <param name="code">The code, <c>BPT4</c> and three digits.</param>
/// <param name="message">One line without the code: what is wrong, then what to do.</param>
/// <param name="inner">What caused it, or null.</param>
public sealed class DebianException(string code, string message, Exception? inner = null) : CodedException(code, message, inner);
