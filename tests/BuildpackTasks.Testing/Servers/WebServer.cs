using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BuildpackTasks.Testing;

/// <summary>A web server on loopback that does what a test tells it to, also what no proper server does.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentQueue<string> requests = new();

    private WebServer(WebApplication application) => this.application = application;

    /// <summary>The host with its port: <c>127.0.0.1:PORT</c>.</summary>
    public string Host => new Uri(application.Urls.First()).Authority;

    public Uri Url => new(application.Urls.First());

    /// <summary>What was asked of it, in order: method, path and query.</summary>
    public string[] Requests => [.. requests];

    public static async Task<WebServer> StartAsync(RequestDelegate handle, X509Certificate2? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            if (certificate is not null) kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate);
        });
        builder.WebHost.UseUrls(certificate is null ? "http://127.0.0.1:0" : "https://127.0.0.1:0");
        WebApplication application = builder.Build();
        var server = new WebServer(application);
        application.Run(context =>
        {
            server.requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            return handle(context);
        });
        await application.StartAsync();
        return server;
    }

    /// <summary>Passes everything on to another server, unless the test has something else in mind for a request.</summary>
    /// <param name="upstream">The other server.</param>
    /// <param name="interfere">Answers the request itself and gives true, or gives false.</param>
    /// <param name="certificate">What it proves with who it is, over TLS and HTTP/2; null for plain HTTP.</param>
    public static Task<WebServer> ProxyAsync(Uri upstream, Func<HttpContext, Task<bool>> interfere, X509Certificate2? certificate = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        return StartAsync(
            async context =>
            {
                // The registry behind it has to know how it is spoken to: its addresses say so.
                if (certificate is not null) context.Request.Headers["X-Forwarded-Proto"] = "https";
                if (!await interfere(context)) await ForwardAsync(client, upstream, context);
            },
            certificate);
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }

    private static async Task ForwardAsync(HttpClient client, Uri upstream, HttpContext context)
    {
        HttpRequest from = context.Request;
        using var message = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(upstream, from.Path.ToUriComponent() + from.QueryString.ToUriComponent()));
        if (from.ContentLength is not null) message.Content = new StreamContent(from.Body);
        foreach (var header in from.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(header.Key, header.Value.ToArray())) message.Content?.Headers.TryAddWithoutValidation(header.Key, header.Value.ToArray());
        }
        using HttpResponseMessage response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var header in response.Headers.Concat(response.Content.Headers)) context.Response.Headers[header.Key] = header.Value.ToArray();
        context.Response.Headers.Remove("transfer-encoding");
        if (from.Method != "HEAD") await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
