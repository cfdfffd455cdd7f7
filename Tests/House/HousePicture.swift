/// TEMP
struct HousePicture {
  init(_ house: House) {}
  var svg: String { "" }
}
