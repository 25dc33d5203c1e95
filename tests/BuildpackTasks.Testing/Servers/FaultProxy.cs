using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BuildpackTasks.Testing;

/// <summary>Stands between a client and a real server on loopback, passes on what comes, and makes go wrong what a test wants to go wrong.</summary>
/// <remarks>A registry behind it names the proxy in its addresses, since it takes its own name from the request.</remarks>
public sealed class FaultProxy : IAsyncDisposable
{
    private static readonly string[] HopHeaders = ["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade"];

    private readonly WebApplication application;
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly ConcurrentQueue<ProxiedRequest> requests = new();
    private readonly Uri server;
    private readonly Func<ProxiedRequest, Fault?> plan;
    private readonly CancellationTokenSource end = new();
    private int count = -1;

    private FaultProxy(Uri server, Func<ProxiedRequest, Fault?> plan)
    {
        this.server = server;
        this.plan = plan;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(static kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        application = builder.Build();
        application.Run(HandleAsync);
    }

    /// <summary>Where clients find it: <c>127.0.0.1:PORT</c>.</summary>
    public string Host => new Uri(application.Urls.First()).Authority;

    /// <summary>Every request that came so far, in order.</summary>
    public IReadOnlyList<ProxiedRequest> Requests => [.. requests];

    /// <summary>Starts it.</summary>
    /// <param name="server">Where to pass requests on to.</param>
    /// <param name="plan">What goes wrong with a request; null for nothing.</param>
    public static async Task<FaultProxy> StartAsync(Uri server, Func<ProxiedRequest, Fault?> plan)
    {
        var proxy = new FaultProxy(server, plan);
        await proxy.application.StartAsync();
        return proxy;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await application.StopAsync();
        await application.DisposeAsync();
        client.Dispose();
        end.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        HttpRequest from = context.Request;
        var request = new ProxiedRequest(
            Interlocked.Increment(ref count), from.Method, from.Path.ToUriComponent() + from.QueryString.ToUriComponent(), from.ContentLength ?? 0, from.Headers.ContentRange.ToString(), from.Headers.Expect.Count > 0);
        request.Fault = plan(request);
        requests.Enqueue(request);
        switch (request.Fault?.Kind)
        {
            case FaultKind.Answer:
                request.Status = context.Response.StatusCode = request.Fault.Status;
                if (request.Fault.RetryAfter is { } wait) context.Response.Headers.RetryAfter = wait;
                return;
            case FaultKind.CutBeforeBody:
                context.Abort();
                return;
            case FaultKind.CutInBody:
                await using (var body = new RequestBody(from.Body, request, flip: false)) await body.ReadHalfAsync(context.RequestAborted);
                context.Abort();
                return;
            case FaultKind.Delay:
                if (!await HoldAsync(request.Fault.Length, context)) return;
                break;
        }
        try
        {
            await PassOnAsync(context, request);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task<bool> HoldAsync(TimeSpan length, HttpContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(end.Token, context.RequestAborted);
        try
        {
            await Task.Delay(length, stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            context.Abort();
            return false;
        }
    }

    private async Task PassOnAsync(HttpContext context, ProxiedRequest request)
    {
        using HttpRequestMessage message = Message(context.Request, request);
        using HttpResponseMessage response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        request.Status = (int)response.StatusCode;
        var kind = request.Fault?.Kind;
        if (kind is FaultKind.CutInAnswer or FaultKind.TruncateAnswer or FaultKind.CorruptAnswer or FaultKind.LoseAnswer)
        {
            byte[] body = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
            if (kind == FaultKind.LoseAnswer)
            {
                context.Abort();
                return;
            }
            CopyHead(response, context.Response);
            await AnswerBadlyAsync(context, kind.Value, body);
            return;
        }
        CopyHead(response, context.Response);
        if (context.Request.Method != "HEAD") await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task AnswerBadlyAsync(HttpContext context, FaultKind kind, byte[] body)
    {
        if (body.Length == 0 || context.Request.Method == "HEAD")
        {
            // What has no body cannot end in its middle.
            if (kind == FaultKind.CutInAnswer) context.Abort();
            return;
        }
        if (kind == FaultKind.CorruptAnswer)
        {
            body[body.Length / 2] ^= 1;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
            return;
        }
        int half = body.Length / 2;
        if (kind == FaultKind.TruncateAnswer) context.Response.ContentLength = half;
        await context.Response.Body.WriteAsync(body.AsMemory(0, half), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (kind == FaultKind.CutInAnswer)
        {
            await Task.Delay(20); // What is on its way may arrive.
            context.Abort();
        }
    }

    private HttpRequestMessage Message(HttpRequest from, ProxiedRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(server, request.Path));
        if (from.ContentLength is { } length)
        {
            var body = new RequestBody(from.Body, request, flip: request.Fault?.Kind == FaultKind.CorruptBody);
            message.Content = request.Fault?.Kind == FaultKind.PassHalf ? new HalfContent(body, length) : new StreamContent(body);
        }
        foreach (var header in from.Headers)
        {
            if (HopHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)) continue;
            if (!message.Headers.TryAddWithoutValidation(header.Key, header.Value.ToArray())) message.Content?.Headers.TryAddWithoutValidation(header.Key, header.Value.ToArray());
        }
        return message;
    }

    private static void CopyHead(HttpResponseMessage from, HttpResponse to)
    {
        to.StatusCode = (int)from.StatusCode;
        foreach (var header in from.Headers.Concat(from.Content.Headers))
        {
            if (!HopHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)) to.Headers[header.Key] = header.Value.ToArray();
        }
    }
}
