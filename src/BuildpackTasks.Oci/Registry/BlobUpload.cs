namespace BuildpackTasks.Oci;

/// <summary>
/// Brings one blob's bytes into a repository, over faults that pass. In one piece where the registry takes it: not every registry
/// takes chunks. What a registry keeps of an interrupted upload is not sent again; where it keeps nothing, the upload starts anew.
/// </summary>
/// <param name="connection">The registry.</param>
/// <param name="blobs">The repository's blobs.</param>
/// <param name="start">Opens a session.</param>
/// <param name="blob">The blob.</param>
/// <param name="bytes">Its bytes.</param>
internal sealed class BlobUpload(RegistryConnection connection, BlobEndpoint blobs, Func<CancellationToken, Task<UploadSession>> start, Descriptor blob, BlobBytes bytes)
{
    // A large body that has failed as often as this is on a way that does not carry it.
    private const int FailuresInOnePiece = 2;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private UploadSession? session;
    private long kept; // What the registry holds of the blob.
    private bool uncertain; // Whether it may hold something else.
    private long? chunk; // How long the parts are to be; null for one piece where that is not too large.
    private bool chunksRefused;
    private OciException? refusal; // Why the blob is not sent in one piece.

    /// <summary>Sends it.</summary>
    /// <param name="opened">A session that is open already, or null.</param>
    /// <param name="cancellationToken">Stops it; a session is given up.</param>
    /// <exception cref="OciException">The registry does not take it; the session is given up.</exception>
    public async Task RunAsync(UploadSession? opened, CancellationToken cancellationToken)
    {
        session = opened;
        bool done = false;
        try
        {
            int failures = 0;
            for (long best = 0; !done;)
            {
                try
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    done = (uncertain && await RecoverAsync(cancellationToken)) || await SendAsync(cancellationToken);
                }
                catch (TransientException e)
                {
                    uncertain |= session is not null;
                    // Counted is what fails without getting further.
                    bool further = kept >= best + UploadLimits.Small;
                    if (further) best = kept;
                    failures = further ? 1 : failures + 1;
                    if (failures >= FailuresInOnePiece && session is not null && !chunksRefused) chunk ??= UploadLimits.ChunkOf(blob.Size);
                    await connection.Retry.PauseAsync(failures, e, cancellationToken);
                }
            }
        }
        finally
        {
            if (!done) await LeaveAsync();
        }
    }

    // "Pushing a blob in chunks": GET on the session tells how far it is. A session that is gone can also be one that ended well
    // and whose answer was lost.
    private async Task<bool> RecoverAsync(CancellationToken cancellationToken)
    {
        if (session is not null && blob.Size > UploadLimits.Small && !chunksRefused)
        {
            long? known = await session.AskAsync(cancellationToken);
            if (known <= blob.Size)
            {
                kept = known.Value;
                uncertain = false;
                return false;
            }
        }
        await LeaveAsync();
        bool there = await blobs.ExistsOnceAsync(blob, RegistryAccess.Push, cancellationToken);
        uncertain = false;
        return there;
    }

    private async Task LeaveAsync()
    {
        kept = 0;
        if (session is null) return;
        UploadSession left = session;
        session = null;
        await left.AbandonAsync();
    }

    // Whether the blob is there now.
    private async Task<bool> SendAsync(CancellationToken cancellationToken)
    {
        session ??= await start(cancellationToken);
        if (kept == 0 && chunk is null && blob.Size <= connection.Limits.LargestBody)
        {
            UploadAnswer answer = await PutWholeAsync(session, cancellationToken);
            return answer.Outcome switch
            {
                UploadOutcome.Taken => true,
                UploadOutcome.TooLarge => Shrink(blob.Size, answer.Error!),
                UploadOutcome.Refused when !chunksRefused => InChunks(answer.Error!),
                UploadOutcome.Refused => throw answer.Error!,
                _ => throw await PassingAsync(answer),
            };
        }
        while (kept < blob.Size)
        {
            long limit = Math.Min(connection.Limits.LargestBody, chunk ?? long.MaxValue);
            long count = Math.Min(Math.Max(limit, session.MinChunk), blob.Size - kept);
            UploadAnswer answer = await session.PatchAsync(blob, bytes, kept, count, cancellationToken);
            switch (answer.Outcome)
            {
                case UploadOutcome.Taken:
                    Advance(answer.Kept ?? kept + count, count);
                    break;
                case UploadOutcome.TooLarge:
                    return Shrink(count, answer.Error!);
                case UploadOutcome.Refused:
                    return InOnePiece(answer.Error!);
                default:
                    throw await PassingAsync(answer);
            }
        }
        UploadAnswer end = await session.PutAsync(blob, null, cancellationToken);
        return end.Outcome switch
        {
            UploadOutcome.Taken => true,
            UploadOutcome.Refused or UploadOutcome.TooLarge => throw refusal ?? end.Error!,
            _ => throw await PassingAsync(end),
        };
    }

    // A registry that is cut off in a small request has mostly got it all, and can be left with a session that it cannot be told to
    // forget.
    private Task<UploadAnswer> PutWholeAsync(UploadSession to, CancellationToken cancellationToken) =>
        blob.Size > UploadLimits.Small
            ? to.PutAsync(blob, bytes, cancellationToken)
            : GraceTime.ToItsEndAsync(stop => to.PutAsync(blob, bytes, stop), Grace, cancellationToken);

    private void Advance(long to, long count)
    {
        // A registry that takes a chunk and keeps none of it would be sent it for ever; one that has more than it got has lost count.
        if (to <= kept || to > kept + count) throw new TransientException(OciErrors.UploadDoesNotAdvance(connection.Host, blob.Digest));
        kept = to;
    }

    private bool Shrink(long refused, OciException error)
    {
        long least = session!.MinChunk;
        if (chunksRefused || !connection.Limits.Lower(refused) || Math.Max(connection.Limits.LargestBody, least) >= refused)
            throw OciErrors.BodyTooLarge(connection.Host, refused, error);
        refusal = OciErrors.BodyTooLarge(connection.Host, refused, error);
        uncertain = true;
        return false;
    }

    private bool InChunks(OciException error)
    {
        refusal = error;
        chunk = UploadLimits.ChunkOf(blob.Size) ?? blob.Size;
        uncertain = true;
        return false;
    }

    // Chunks were a way around something: where the registry has not refused the whole, it gets that again.
    private bool InOnePiece(OciException error)
    {
        if (refusal is not null) throw refusal;
        if (chunksRefused) throw error;
        chunksRefused = true;
        chunk = null;
        uncertain = true;
        return false;
    }

    private async Task<TransientException> PassingAsync(UploadAnswer answer)
    {
        uncertain = true;
        if (answer.Outcome == UploadOutcome.Lost) await LeaveAsync();
        return new TransientException(answer.Error!);
    }
}
