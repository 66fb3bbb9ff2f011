/// The two programs on a server: one hands out, one takes in.
enum Service: String {
  case uploadPack = "upload-pack"
  case receivePack = "receive-pack"
}
