namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Runs the programs of buildpacks where all paths are those of the image: the app at its directory, <c>/layers</c>,
/// <c>/platform</c>, and each buildpack at <c>/cnb/buildpacks/ID/VERSION</c>.
/// </summary>
public interface IProgramRunner
{
    /// <summary>Where the programs have an empty home that goes away: their <c>HOME</c>.</summary>
    string HomePath { get; }

    /// <summary>Makes a directory for the files that one run is given or writes (<see cref="ProgramStart.Exchange"/>).</summary>
    ProgramExchange CreateExchange();

    /// <summary>Runs a program to its end.</summary>
    /// <param name="start">What is run.</param>
    /// <param name="line">Told of each line that it writes, to either stream, as soon as it is there.</param>
    /// <param name="cancellationToken">Ends the program, and all that it started.</param>
    /// <returns>The exit code; that of a program that a signal ended is 128 and the signal's number.</returns>
    /// <exception cref="LifecycleException">The program cannot be started, or took longer than it may.</exception>
    Task<int> RunAsync(ProgramStart start, Action<string> line, CancellationToken cancellationToken);
}
