/// The two Git programs on a server: `upload-pack` for reading, `receive-pack` for pushing.
enum Service: String {
  case uploadPack = "upload-pack"
  case receivePack = "receive-pack"
}
