using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet;

/// <summary>An error of the buildpacks for .NET apps. Codes BPT3000 to BPT3999.</summary>
/// <param name="code">The code, <c>BPT3</c> and three digits.</param>
/// <param name="message">One line without the code: what is wrong, then what to do.</param>
/// <param name="inner">What caused it, or null.</param>
public sealed class DotNetException(string code, string message, Exception? inner = null) : CodedException(code, message, inner);
