namespace BuildpackTasks.Oci;

/// <summary>An error of images, layers, registries or the layer cache. Codes BPT1000 to BPT1999.</summary>
/// <param name="code">The code, <c>BPT1</c> and three digits.</param>
/// <param name="message">One line without the code: what is wrong, then what to do.</param>
/// <param name="inner">What caused it, or null.</param>
public sealed class OciException(string code, string message, Exception? inner = null) : CodedException(code, message, inner);
