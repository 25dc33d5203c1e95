namespace BuildpackTasks.Lifecycle;

/// <summary>What became of a buildpack in detection.</summary>
public enum CandidateState
{
    /// <summary>It is in the group.</summary>
    Selected,

    /// <summary>It does not apply.</summary>
    Failed,

    /// <summary>It could not tell whether it applies.</summary>
    Errored,

    /// <summary>It applies, but the plan has no place for it, or its group did not pass.</summary>
    LeftOut,

    /// <summary>It was not asked: an earlier entry of its group has the same id.</summary>
    Shadowed,

    /// <summary>It was not asked: it is for another target or for other execution environments.</summary>
    Unsuitable,
}
