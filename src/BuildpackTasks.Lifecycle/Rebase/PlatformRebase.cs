using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Rebases the image for one platform: what speaks against it is collected first, then the image is made.</summary>
/// <param name="settings">What the rebase shall do.</param>
/// <param name="source">Finds run images.</param>
/// <param name="systems">Tells what system layers hold.</param>
/// <param name="updaters">Make newer layers in place of those of buildpacks.</param>
internal sealed class PlatformRebase(RebaseSettings settings, IRunImageSource source, ISystemReader systems, IReadOnlyList<ILayerUpdater> updaters)
{
    private const string RunImagePart = "run image";

    /// <summary>Rebases an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="CodedException">It cannot be done, or something speaks against it and nobody forced it.</exception>
    public async Task<RebasedImage> RebaseAsync(BuildpacksImage image, CancellationToken cancellationToken)
    {
        var objections = new List<CodedException>();
        var notes = new List<string>();
        var changes = new List<RebaseChange>();

        RunImageMove? move = await FindMoveAsync(image, notes, cancellationToken);
        if (move is not null) changes.Add(await CheckAsync(image, move, objections, cancellationToken));
        var updates = new List<LayerUpdate>();
        foreach (ILayerUpdater updater in updaters)
        {
            IReadOnlyList<ILayer> below = move?.RunImage.Image.Layers ?? [.. image.Image.Layers.Take(image.RunImageLayerCount)];
            if (await updater.UpdateAsync(image, below, cancellationToken) is not { } update) continue;
            updates.Add(update);
            objections.AddRange(update.Objections);
            notes.AddRange(update.Notes);
            changes.Add(ChangeOf(updater.Name, image, update));
        }
        if (changes.Count == 0) return new RebasedImage(image.Image, image.Image, [], [], notes);
        // Its maker speaks of the image, whichever of its layers would be others.
        if (!image.IsRebasable) objections.Insert(0, LifecycleErrors.NotRebasable(image.Name));
        if (objections.Count > 0 && !settings.Force) throw objections.Count == 1 ? objections[0] : LifecycleErrors.Objections(objections[0], objections[1..]);
        if (updates.Count > 0 && image.Metadata.Sbom is not null) notes.Add("The bill of materials in the image still names what the replaced layers held.");
        return new RebasedImage(image.Image, Apply(image, move, updates), changes, [.. objections.Select(LifecycleErrors.Overridden)], notes);
    }

    /// <summary>How the image comes to the run image; null where it is on that already, or is to stay where it is.</summary>
    private async Task<RunImageMove?> FindMoveAsync(BuildpacksImage image, List<string> notes, CancellationToken cancellationToken)
    {
        // Nothing has no newer version.
        if (!settings.ReplacesRunImage || settings.RunImage is null && image.RunImageName == RunImageName.Scratch) return null;
        string name = settings.RunImage ?? image.RunImageName ?? throw LifecycleErrors.NoRunImageName(image.Name);
        ResolvedImage runImage = await source.FindAsync(name, image, cancellationToken);
        OldConfig old = await new OldConfigFinder(source).FindAsync(image, cancellationToken);
        var move = RunImageMove.Plan(image, settings.RunImage, runImage, old);
        if (move.ChangesNothing(image)) return null;
        if (old.Note is not null) notes.Add(old.Note);
        return move;
    }

    /// <summary>Looks for what speaks against the run image, and says what changes with it.</summary>
    private async Task<RebaseChange> CheckAsync(BuildpacksImage image, RunImageMove move, List<CodedException> objections, CancellationToken cancellationToken)
    {
        ILayer[] before = [.. image.Image.Layers.Take(image.RunImageLayerCount)];
        IReadOnlyList<ILayer> after = move.RunImage.Image.Layers;
        objections.AddRange(RebaseRules.CheckName(image, settings.RunImage ?? image.RunImageName!));

        LayerChange[] layers =
        [
            .. Enumerable.Range(0, Math.Max(before.Length, after.Count))
                .Select(index => new LayerChange(RunImagePart, before.ElementAtOrDefault(index), after.ElementAtOrDefault(index)))
                .Where(static layer => layer.Before?.DiffId != layer.After?.DiffId),
        ];
        IReadOnlyList<PackageChange> packages = [];
        SystemFacts nothing = new(null, null, null, []);
        (SystemFacts old, SystemFacts coming) = (nothing, nothing);
        if (layers.Length > 0)
        {
            // A thousand images share their layers: the reader remembers what they hold.
            old = before.Length == 0 ? nothing : await systems.ReadAsync(before, image.Name, cancellationToken);
            coming = after.Count == 0 ? nothing : await systems.ReadAsync(after, move.RunImage.Name, cancellationToken);
            packages = systems.Compare(old, coming);
        }
        TargetDistribution? known = move.RunImage.DistributionName is { } distribution ? new TargetDistribution(distribution, move.RunImage.DistributionVersion) : null;
        objections.AddRange(RebaseRules.CheckSystem(
            RebaseSide.Of(image.Name, image.Image.Config, old), RebaseSide.Of(move.RunImage.Name, move.RunImage.Image.Config, coming, known), packages, IsOfStack(image.Image.Config)));
        return new RebaseChange(RunImagePart, image.RunImageReference ?? image.RunImageName ?? "unknown", move.RunImage.Reference, layers, packages);
    }

    private static RebaseChange ChangeOf(string part, BuildpacksImage image, LayerUpdate update) => new(
        part,
        update.Before,
        update.After,
        [
            .. update.Layers
                .Select(layer => (Index: PlaceOf(image, update.Buildpack, layer.Key), layer.Key, layer.Value.Layer))
                .OrderBy(static layer => layer.Index)
                .Select(layer => new LayerChange(layer.Key, image.Image.Layers[layer.Index], layer.Layer)),
        ],
        update.Packages);

    private static int PlaceOf(BuildpacksImage image, BuildpackId buildpack, string name)
    {
        Digest diffId = image.LayersOf(buildpack)[name].Sha;
        // A label can name layers that only builds see.
        return image.IndexOf(diffId) is >= 0 and int index ? index : throw LifecycleErrors.LayerMissingInImage(image.Name, $"{buildpack}:{name}", diffId);
    }

    private static Image Apply(BuildpacksImage image, RunImageMove? move, IReadOnlyList<LayerUpdate> updates)
    {
        Image changed = image.Image;
        var label = new LabelEdit(image);
        foreach (LayerUpdate update in updates)
        {
            foreach ((string name, UpdatedLayer layer) in update.Layers.OrderBy(static layer => layer.Key, StringComparer.Ordinal))
            {
                changed = changed.WithLayer(PlaceOf(image, update.Buildpack, name), layer.Layer, layer.CreatedBy);
                label.Set(update.Buildpack, name, layer);
            }
        }
        if (move is not null)
        {
            label.Set(move);
            changed = changed.Rebase(image.RunImageLayerCount, move.RunImage.Image).WithConfig(config =>
            {
                config = config.WithoutLabels(config.Labels.Keys.Except(move.Labels.Keys)).WithLabels(move.Labels);
                return move.Environment is null ? config : config.WithEnvironment(move.Environment);
            });
        }
        KeyValuePair<string, string?>[] labels = [.. updates.SelectMany(static update => update.Labels)];
        changed = changed.WithConfig(config => config
            .WithoutLabels(labels.Where(static change => change.Value is null).Select(static change => change.Key))
            .WithLabels([.. labels.Where(static change => change.Value is not null).Select(static change => KeyValuePair.Create(change.Key, change.Value!)), new(LifecycleMetadata.Label, label.Text)]));
        return move is null || changed.Format == ImageFormat.Docker ? changed : changed.WithAnnotations(Annotations(changed, move.RunImage));
    }

    /// <summary>What others annotated stays; what the image is based on is the run image.</summary>
    private static SortedDictionary<string, string> Annotations(Image image, ResolvedImage runImage)
    {
        SortedDictionary<string, string> annotations = BaseAnnotations.Of(runImage, image.Format);
        foreach ((string name, string value) in image.Annotations)
        {
            if (name is not (BaseAnnotations.Digest or BaseAnnotations.Name)) annotations[name] = value;
        }
        return annotations;
    }

    /// <summary>Whether the image is of the time when stacks told what fits (Platform API before 0.12), as the reference tells it.</summary>
    private static bool IsOfStack(ImageConfig config) =>
        config.Environment.LastOrDefault(static variable => variable.Key == "CNB_PLATFORM_API").Value?.Split('.') is not [var major, var minor]
        || !int.TryParse(major, out int first) || !int.TryParse(minor, out int second) || (first, second).CompareTo((0, 12)) < 0;
}
