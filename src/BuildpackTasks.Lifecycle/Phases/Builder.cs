using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Has each buildpack of the group contribute, in order, and keeps what they contributed (platform specification, "builder").
/// Nothing that it is given can hold credentials (buildpack specification, "Security Considerations").
/// </summary>
/// <param name="directory">The build's state: <c>layers/</c> is written.</param>
public sealed class Builder(ImageDirectory directory)
{
    // <layers> in the image. The platform may choose; every platform chooses this (platform specification, "CNB_LAYERS_DIR").
    internal const string ImageLayersDirectory = "/layers";

    /// <summary>Runs the build phase.</summary>
    /// <param name="buildpacks">The buildpacks that detection was given; those of the group are taken from them.</param>
    /// <param name="settings">What the buildpacks may look at.</param>
    /// <param name="cancellationToken">Stops the build.</param>
    /// <returns>What the buildpacks together contributed beside their layers.</returns>
    /// <exception cref="CodedException">
    /// BPT2002 to BPT2005: a file of an earlier phase is missing or malformed, or one cannot be written. BPT2020: a buildpack of
    /// the group is not among those given. BPT2021: what a buildpack contributed is not valid. BPT2023: a buildpack could not
    /// read or write a file. Or a buildpack's own error.
    /// </exception>
    public async Task<MetadataFile> BuildAsync(IReadOnlyList<IBuildpack> buildpacks, BuildSettings settings, CancellationToken cancellationToken)
    {
        string imageAppDirectory = ImagePath.Normalize(settings.ImageAppDirectory);
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(directory, cancellationToken);
        GroupFile group = await GroupFile.ReadAsync(directory, cancellationToken);
        PlanFile plan = await PlanFile.ReadAsync(directory, cancellationToken);
        IBuildpack Contributor(GroupMember member) =>
            buildpacks.FirstOrDefault(candidate => candidate.Descriptor.Id == member.Id && candidate.Descriptor.Version == member.Version)
                ?? throw LifecycleErrors.NoSuchBuildpack(member, directory.GroupFile);
        IBuildpack[] contributors = [.. group.Group.Select(Contributor)];
        await RemoveEarlierBuildAsync(cancellationToken);

        using var preparing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // What the first ones do without it does not wait for what later ones need; those do.
        Task prepared = Task.WhenAll(contributors.Select(buildpack => buildpack.PrepareAsync(preparing.Token)));
        try
        {
            return await BuildAsync(contributors, settings, imageAppDirectory, analyzed, group, plan, cancellationToken);
        }
        finally
        {
            await preparing.CancelAsync();
            await prepared.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<MetadataFile> BuildAsync(
        IBuildpack[] contributors, BuildSettings settings, string imageAppDirectory, AnalyzedFile analyzed, GroupFile group, PlanFile plan, CancellationToken cancellationToken)
    {
        var output = new BuildOutput(imageAppDirectory);
        List<BuildPlanEntry> open = [.. plan.Entries];
        var buildEnvironment = new List<EnvironmentVariable>();
        for (int i = 0; i < contributors.Length; i++)
        {
            GroupMember member = group.Group[i];
            BuildPlanEntry[] own = [.. open.Where(entry => entry.Providers.Any(provider => provider.Id == member.Id && provider.Version == member.Version))];
            var context = new BuildContext(
                settings.AppDirectory,
                imageAppDirectory,
                $"{ImageLayersDirectory}/{member.Id.DirectoryName}",
                analyzed.RunImage.Facts,
                settings.Environment,
                [.. own.SelectMany(static entry => entry.Requires)])
            {
                PreviousStarts = StartsOf(analyzed.PreviousMetadata?.Buildpacks.FirstOrDefault(previous => previous.Id == member.Id)),
                LayersDirectory = directory.BuildpackDirectory(member.Id),
                BuildEnvironment = [.. buildEnvironment],
                OperatorEnvironment = settings.OperatorEnvironment,
                ExecutionEnvironment = settings.ExecutionEnvironment,
                IsKnownAsync = settings.IsKnownAsync,
            };

            BuildResult result = await RunAsync(member, contributors[i], context, cancellationToken);
            BuildResultRules.Check(member, result, own);
            // The next buildpack, which may be of this process, opens files of the app.
            if (settings.PublishedDirectory is not null) RefuseSpecialFiles(member, settings.AppDirectory, cancellationToken);
            // What was met is done; a later provider hears only of what this one left unmet (build.toml, [[unmet]]).
            open.RemoveAll(entry => own.Contains(entry) && !result.Unmet.Contains(entry.Requires[0].Name));
            await WriteLayersAsync(member, result, cancellationToken);
            await SbomDirectory.CollectAsync(directory, member, result, cancellationToken);
            output.Add(member, result);
            buildEnvironment.AddRange(result.BuildEnvironment);
        }

        if (settings.PublishedDirectory is { } published) output.AddExecutables(PrivateApp.MadeExecutable(directory, published));
        if (output.ToAppEntries() is { IsEmpty: false } changed) await LayerEntriesFile.WriteAsync(directory.AppEntriesFile, changed, cancellationToken);
        MetadataFile metadata = output.ToMetadata();
        await metadata.WriteAsync(directory, cancellationToken);
        return metadata;
    }

    private static async Task<BuildResult> RunAsync(GroupMember member, IBuildpack buildpack, BuildContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await buildpack.BuildAsync(context, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.BuildFailed(member, e);
        }
    }

    private static void RefuseSpecialFiles(GroupMember member, string appDirectory, CancellationToken cancellationToken)
    {
        try
        {
            _ = AppFiles.Read(appDirectory, areLinksKept: true, cancellationToken);
        }
        catch (LifecycleException e)
        {
            throw LifecycleErrors.BadApp(member, e);
        }
    }

    private static Dictionary<LayerName, LayerStart> StartsOf(BuildpackMetadata? previous)
    {
        var starts = new Dictionary<LayerName, LayerStart>();
        foreach ((string text, LayerMetadata layer) in previous?.Layers ?? new Dictionary<string, LayerMetadata>())
        {
            if (layer.Start is not null && LayerName.TryParse(text, out LayerName name)) starts.Add(name, layer.Start);
        }
        return starts;
    }

    private async Task WriteLayersAsync(GroupMember member, BuildResult result, CancellationToken cancellationToken)
    {
        // In place of the files that a program wrote, which may be links that mean something only where it ran.
        foreach (string file in Directory.Exists(directory.BuildpackDirectory(member.Id)) ? Directory.GetFiles(directory.BuildpackDirectory(member.Id), "*.toml") : [])
        {
            if (new FileInfo(file).LinkTarget is not null) StateFile.Delete(file);
        }
        if (result.Store is { } store) await new LayerFile(null, store).WriteAsync(Path.Combine(directory.BuildpackDirectory(member.Id), "store.toml"), cancellationToken);
        foreach (BuildpackLayer layer in result.Layers)
        {
            if (layer.Entries is { } entries) await LayerEntriesFile.WriteAsync(directory.LayerEntriesFile(member.Id, layer.Name), LayerContents.Create(entries), cancellationToken);
            await new LayerFile(new LayerTypes(layer.Launch, layer.Build, layer.Cache), layer.Metadata, layer.Fingerprint, layer.IsKept, layer.Start).WriteAsync(directory.LayerFile(member.Id, layer.Name), cancellationToken);
        }
    }

    /// <summary>Removes the layers of a build that went before without a restore between: they would look like this build's.</summary>
    private async Task RemoveEarlierBuildAsync(CancellationToken cancellationToken)
    {
        StateFile.Delete(directory.MetadataFile);
        StateFile.Delete(directory.AppEntriesFile);
        StateFile.DeleteDirectory(directory.AppEntriesFile + ".contents");
        SbomDirectory.Clear(directory);
        if (!Directory.Exists(directory.LayersDirectory)) return;
        foreach (string file in Directory.EnumerateDirectories(directory.LayersDirectory).SelectMany(static own => Directory.EnumerateFiles(own, "*.toml")).ToArray())
        {
            // launch.toml, build.toml and store.toml are not layers; a layer without types was only restored.
            if (!LayerName.TryParse(Path.GetFileNameWithoutExtension(file), out _) || await IsRestoredAsync(file, cancellationToken)) continue;
            string layer = file[..^".toml".Length];
            StateFile.Delete(file);
            StateFile.DeleteDirectory(layer + ".entries.contents");
            StateFile.Delete(layer + ".entries");
            StateFile.DeleteDirectory(layer);
        }
    }

    private static async Task<bool> IsRestoredAsync(string layerFile, CancellationToken cancellationToken)
    {
        try
        {
            return await LayerFile.ReadAsync(layerFile, cancellationToken) is { Types: null };
        }
        catch (LifecycleException)
        {
            // What a program wrote, and was refused for.
            return false;
        }
    }
}
