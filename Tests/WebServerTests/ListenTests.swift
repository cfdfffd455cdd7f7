#if Serve

  import Glibc
  import Testing

  @testable import WebServer

  struct ListenTests {
    private func failure(_ addresses: [WebAddress]) -> String {
      do throws(WebError) {
        let server = try WebServer(addresses, handler: Served.Handler { $1(.text($0.path)) })
        server.stop()
        return ""
      } catch {
        return error.message
      }
    }

    @Test func portInUse() throws {
      let served = try Served()
      #expect(
        failure([.tcp(host: "127.0.0.1", port: served.port)])
          == "127.0.0.1:\(served.port) is in use by another program; choose another port with --listen, or end that program"
      )
    }

    @Test func theFirstAddressIsGivenUpIfTheSecondFails() throws {
      let served = try Served()
      let folder = try Folder()
      let path = "\(folder.path)/socket"
      #expect(failure([.unix(path: path), .tcp(host: "127.0.0.1", port: served.port)]).contains("is in use"))
      #expect(!exists(path))
    }

    @Test func addressesThatCannotBe() {
      #expect(failure([.tcp(host: "192.0.2.1", port: 0)]).contains("192.0.2.1:0 is not an address of this machine"))
      #expect(failure([.tcp(host: "example.org", port: 1)]).contains("names are not looked up"))
      #expect(failure([.tcp(host: "127.0.0.1", port: 65_536)]).contains("from 0 to 65535"))
      #expect(failure([.unix(path: "/no/such/folder/socket")]).contains("its folder is not there"))
      #expect(failure([.unix(path: "/" + String(repeating: "x", count: 107))]).contains("at most 107 bytes"))
      #expect(failure([.inherited(descriptor: 9_999)]).contains("descriptor 9999 is not open"))
    }

    @Test func notForEveryone() throws {
      // Neither root nor machines that allow it can show this.
      guard geteuid() != 0 else { return }
      let message = failure([.tcp(host: "127.0.0.1", port: 1)])
      #expect(message == "" || message.contains("choose a port from 1024 on"))
    }

    @Test func messagesOfTheSystem() {
      #expect(
        WebError(code: EACCES, listeningOn: .tcp(host: "::1", port: 80)).message
          == "[::1]:80 may not be listened on: ports below 1024 are for programs with special permission; "
          + "choose a port from 1024 on")
      #expect(
        WebError(code: EACCES, listeningOn: .unix(path: "/a")).message
          == "unix:/a cannot be made: no permission for its folder or for what is there; choose a path in a folder of your own"
      )
      #expect(WebError(code: EMFILE, listeningOn: .unix(path: "/a")).message.contains("unix:/a cannot be listened on"))
    }

    @Test func unixSocket() throws {
      let folder = try Folder()
      let path = "\(folder.path)/socket"
      let served = try Served(.unix(path: path))
      #expect(served.server.boundAddresses == ["unix:\(path)"])
      let client = try Client(path: path)
      client.get("/a", host: "localhost:7")
      #expect(try client.response().text == "/a\n")
      client.get("/a", host: "evil.example")
      #expect(try client.response().status == 421)
      #expect(failure([.unix(path: path)]).contains("is in use by another program; choose another path"))
      served.server.stop()
      #expect(!exists(path))
    }

    @Test func staleSocketsAreReplaced() throws {
      let folder = try Folder()
      let path = "\(folder.path)/socket"
      close(boundSocket(path: path, listens: false))
      #expect(exists(path))
      let served = try Served(.unix(path: path))
      let client = try Client(path: path)
      client.get("/a")
      #expect(try client.response().text == "/a\n")
      withExtendedLifetime(served) {}
    }

    @Test func socketsInUseAreNotReplaced() throws {
      let folder = try Folder()
      let path = "\(folder.path)/socket"
      let other = boundSocket(path: path, listens: true)
      #expect(failure([.unix(path: path)]).contains("is in use"))
      #expect(exists(path))
      close(other)
    }

    @Test func filesAreNotReplaced() throws {
      let folder = try Folder()
      let path = "\(folder.path)/file"
      close(unsafe open(path, O_CREAT | O_WRONLY, 0o600))
      #expect(failure([.unix(path: path)]).contains("is a file that is no socket"))
      #expect(exists(path))
      #expect(failure([.unix(path: folder.path)]).contains("is a file that is no socket"))
      let link = "\(folder.path)/other"
      unsafe symlink(path, link)
      #expect(failure([.unix(path: link)]).contains("is a file that is no socket"))
    }

    @Test func inheritedSocket() throws {
      let folder = try Folder()
      let path = "\(folder.path)/socket"
      let served = try Served(.inherited(descriptor: boundSocket(path: path, listens: true)))
      #expect(served.server.boundAddresses == ["unix:\(path)"])
      let client = try Client(path: path)
      client.get("/a", host: "127.0.0.1:5")
      #expect(try client.response().text == "/a\n")
      served.server.stop()
      #expect(exists(path))
    }

    @Test func inheritedFilesAreRefused() throws {
      let folder = try Folder()
      let descriptor = unsafe open("\(folder.path)/file", O_CREAT | O_RDWR, 0o600)
      #expect(failure([.inherited(descriptor: descriptor)]).contains("is no socket that connections can come in at"))
    }

    @Test func severalAddresses() throws {
      let folder = try Folder()
      let path = "\(folder.path)/socket"
      let server = try WebServer(
        [.tcp(host: "localhost", port: 0), .unix(path: path)], handler: Served.Handler { $1(.text($0.path)) })
      #expect(server.boundAddresses.count == 2)
      let client = try Client(path: path)
      client.get("/a")
      #expect(try client.response().text == "/a\n")
      server.stop()
      server.stop()
      #expect(!exists(path))
    }

    /// Programs that are started meanwhile must not keep a port or a connection.
    @Test func socketsCloseOnExec() throws {
      let served = try Served()
      let client = try served.client()
      client.get("/")
      _ = try client.response()
      var checked = 0
      for descriptor in 3..<Int32(20_000) {
        guard ownPort(descriptor) == served.port else { continue }
        #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        checked += 1
      }
      #expect(checked >= 2)
    }
  }

#endif
