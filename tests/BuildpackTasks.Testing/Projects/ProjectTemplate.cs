namespace BuildpackTasks.Testing;

/// <summary>The kinds of project that a test can create, each as small as it can be.</summary>
public enum ProjectTemplate
{
    /// <summary>An ASP.NET Core app: <c>GET /</c> answers the .NET version, <c>wwwroot/site.css</c> is a static web asset.</summary>
    Web,

    /// <summary>A worker: says "working" and waits for its end.</summary>
    Worker,

    /// <summary>A console app: says "hello" and its arguments, and exits with 0.</summary>
    Console,

    /// <summary>The same in F#.</summary>
    FSharpConsole,

    /// <summary>A class library.</summary>
    Library,
}
