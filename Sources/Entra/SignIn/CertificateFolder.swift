import Glibc
package import Grants

/// A folder of PEM or DER certificates and PEM keys, searched by thumbprint.
package struct CertificateFolder: Sendable {
    let path: String

    package init(path: String) {
        self.path = path
    }

    /// The certificate with that thumbprint and the private key that belongs to it, wherever in the folder each lies.
    package func find(_ thumbprint: Thumbprint) throws(Failure) -> SigningCertificate {
        let (files, unread) = try files()
        var (seen, found): (Int, (certificate: Certificate, file: String)?) = (0, nil)
        for file in files {
            for certificate in Certificate.all(in: file.bytes) {
                seen += 1
                if found == nil, certificate.has(thumbprint) { found = (certificate, file.path) }
            }
        }
        guard let found else {
            throw Failure(
                .entra001,
                "None of the \(seen) certificates in \(path) has the thumbprint \(thumbprint.text). PFX files are not read."
                    + unread
            )
        }
        // Its own file first, for that is where most people put both.
        for file in files.filter({ $0.path == found.file }) + files.filter({ $0.path != found.file }) {
            guard let key = SigningKey(pem: file.bytes), key.belongs(to: found.certificate) else { continue }
            _ = try CredentialFile(path: file.path, noun: "private key").readSecret()  // refuses what all may read
            return try SigningCertificate(found.certificate, key: key, name: found.file)
        }
        throw missingKey(of: found.file, among: files, unread)
    }

    private func missingKey(of certificate: String, among files: [FolderFile], _ unread: String) -> Failure {
        let encrypted = files.first { String(decoding: $0.bytes, as: UTF8.self).contains("ENCRYPTED") }
        let hint = encrypted.map { " The key in \($0.path) is encrypted and was not tried." } ?? ""
        return Failure(
            .entra001,
            "The certificate \(certificate) has no private key: none in \(path) belongs to it.\(hint)\(unread)"
        )
    }

    private struct FolderFile {
        let path: String
        let bytes: [UInt8]
    }

    /// What can be read of it, in the order of names, and a sentence about the first file that cannot.
    ///
    /// Folders in it are not entered.
    private func files() throws(Failure) -> (read: [FolderFile], unread: String) {
        guard let folder = unsafe opendir(path) else {
            throw Failure(.entra001, "The certificate folder \(path) cannot be opened (errno \(errno)).")
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            names.append(unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe text(upToZero: $0) })
        }
        var (read, unread): ([FolderFile], String) = ([], "")
        for name in names.sorted() {
            let file = path + "/" + name
            var information = stat()
            guard unsafe stat(file, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { continue }
            if let bytes = contents(of: file, limit: 1 << 20) {
                read.append(FolderFile(path: file, bytes: bytes))
            } else if unread.isEmpty {
                unread = " The file \(file) was not looked at: \(CredentialFile.reason(errno))."
            }
        }
        return (read, unread)
    }
}

private func text(upToZero buffer: UnsafeRawBufferPointer) -> String {
    unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
}
