import CCurlShim
import Glibc
import Grants

/// curl's code and the few facts that tell apart what shares one.
struct CurlFailure {
    let code: CURLcode
    let osErrno: Int32
    let connectStatus: Int
    let hasAnswer: Bool
    let isOverLimit: Bool
    let message: String

    var kind: TransportFailure.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: .resolve
        case CURLE_COULDNT_CONNECT: .connect
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: .proxy
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_SSL_CONNECT_ERROR: peerWentAway ? .reset : .tls
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED,
            CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CLIENTCERT:
            .tls
        case CURLE_GOT_NOTHING: .reset
        case CURLE_SEND_ERROR: proxyRefused ? .proxy : .reset
        case CURLE_RECV_ERROR: receiveKind
        case CURLE_PARTIAL_FILE: .cut
        case CURLE_FILESIZE_EXCEEDED, CURLE_OUT_OF_MEMORY: .tooLarge  // 27 is a header line over 100 KiB
        case CURLE_WRITE_ERROR: isOverLimit ? .tooLarge : .garbled
        case CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            .garbled
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION,
            CURLE_NOT_BUILT_IN:
            .unsendable
        default: .other
        }
    }

    private var proxyRefused: Bool {
        connectStatus != 0 && connectStatus != 200
    }

    /// 56 is a proxy's refusal, a TLS alert after the handshake, a reset, or nonsense instead of chunks.
    private var receiveKind: TransportFailure.Kind {
        if proxyRefused { return .proxy }
        if message.contains("alert") { return .tls }
        let isReset = peerWentAway || [ECONNRESET, EPIPE].contains(osErrno)
        if isReset { return hasAnswer ? .cut : .reset }
        return .garbled
    }

    /// The errno of an earlier attempt survives into this one, so the words decide about a handshake.
    private var peerWentAway: Bool {
        ["SSL_ERROR_SYSCALL", "unexpected eof", "Connection reset", "Broken pipe", "SSL_ERROR_ZERO_RETURN"]
            .contains { message.contains($0) }
    }
}
