using System.Diagnostics.CodeAnalysis;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;
using MSBuildTask = Microsoft.Build.Utilities.Task;

namespace BuildpackTasks;

/// <summary>
/// What every task of the package shares: it can be cancelled, and whatever goes wrong becomes one coded line.
/// </summary>
public abstract class ImageTask : MSBuildTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <summary>Where long work says what it does, for who asks for details.</summary>
    private protected IProgress<string> Details => new Messages(Detail);

    /// <summary>Where long work says what every user shall see.</summary>
    private protected IProgress<string> Announcements => new Messages(Say);

    /// <inheritdoc/>
    public void Cancel()
    {
        try
        {
            cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The task has ended meanwhile.
        }
    }

    /// <inheritdoc/>
    [SuppressMessage("Design", "CA1031", Justification = "What is not foreseen must not reach the user as a stack trace.")]
    public sealed override bool Execute()
    {
        try
        {
            // On a thread of the pool there is no context that an awaiting method could deadlock with.
            Task.Run(() => ExecuteAsync(cancellation.Token)).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Report(TaskErrors.Cancelled());
        }
        catch (CodedException e)
        {
            Report(e);
        }
        catch (UnauthorizedAccessException e)
        {
            Report(TaskErrors.AccessDenied(e));
        }
        catch (IOException e)
        {
            Report(TaskErrors.InputOutput(e));
        }
        catch (Exception e)
        {
            Report(TaskErrors.Unexpected(e));
        }
        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the task holds.</summary>
    /// <param name="disposing">Whether managed objects are to be released too.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) cancellation.Dispose();
    }

    /// <summary>Does the work.</summary>
    /// <param name="cancellationToken">Cancelled when the build is.</param>
    protected abstract Task ExecuteAsync(CancellationToken cancellationToken);

    /// <summary>Says something that every user shall see.</summary>
    /// <param name="message">One line.</param>
    protected void Say(string message) => Log.LogMessage(MessageImportance.High, "{0}", message);

    /// <summary>Says something for who asks for details.</summary>
    /// <param name="message">One line.</param>
    protected void Detail(string message) => Log.LogMessage(MessageImportance.Normal, "{0}", message);

    /// <summary>Says what is wrong; the task fails.</summary>
    private protected void Report(CodedException e)
    {
        Log.LogError(subcategory: null, e.Code, helpKeyword: null, file: null, 0, 0, 0, 0, "{0}", OneLine(e.Message));
        if (e.InnerException is not null) Log.LogMessage(MessageImportance.Low, "{0}", e.InnerException.ToString());
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();

    // The framework's own Progress reports later and on other threads, when the task may have ended.
    private sealed class Messages(Action<string> say) : IProgress<string>
    {
        public void Report(string value) => say(value);
    }
}
