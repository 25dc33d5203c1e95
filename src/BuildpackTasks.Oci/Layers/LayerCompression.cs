namespace BuildpackTasks.Oci;

/// <summary>How much time is spent on a layer's size. It is a part of the layer's identity: it decides the compressed bytes.</summary>
public enum LayerCompression
{
    /// <summary>For layers that change with one app.</summary>
    Balanced,

    /// <summary>
    /// For layers that many images share, such as an operating system or a runtime: made once, sent and kept many times. About
    /// 4% smaller, for three times the time.
    /// </summary>
    Smallest,
}
