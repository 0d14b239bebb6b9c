import COpenSSL

/// By libcrypto.
package func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: 32)
    let isMade = unsafe EVP_Digest(bytes, bytes.count, &hash, nil, EVP_sha256(), nil) == 1
    precondition(isMade, "libcrypto cannot hash")
    return hash
}
