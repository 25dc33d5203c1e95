using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>An error of the lifecycle or of a buildpack. Codes BPT2000 to BPT2999.</summary>
/// <param name="code">The code, <c>BPT2</c> and three digits.</param>
/// <param name="message">One line without the code: what is wrong, then what to do.</param>
/// <param name="inner">What caused it, or null.</param>
public sealed class LifecycleException(string code, string message, Exception? inner = null) : CodedException(code, message, inner);
