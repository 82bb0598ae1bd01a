#include "pipeline/overlay/html_parts.h"

#include <glib.h>

#include <array>
#include <memory>

namespace saccade {
namespace {

struct GFree {
  void operator()(void* memory) const { g_free(memory); }
};

}  // namespace

std::string escape_html(std::string_view text) {
  const std::unique_ptr<char, GFree> valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
  std::string escaped;
  for (const char c : std::string_view(valid.get())) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)
          escaped += c;
        else if (c == '\n' || c == '\t')
          escaped += ' ';
    }
  }
  return escaped;
}

std::string script_json(const nlohmann::json& json) {
  std::string safe;
  for (const char c : json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)) {
    if (c == '<')
      safe += "\\u003c";
    else if (c == '>')
      safe += "\\u003e";
    else if (c == '&')
      safe += "\\u0026";
    else
      safe += c;
  }
  return safe;
}

std::string base64(std::string_view bytes) {
  const std::unique_ptr<char, GFree> text(g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size()));
  return text.get();
}

std::string policy_hash(std::string_view content) {
  const std::unique_ptr<GChecksum, decltype(&g_checksum_free)> checksum(g_checksum_new(G_CHECKSUM_SHA256), g_checksum_free);
  g_checksum_update(checksum.get(), reinterpret_cast<const guchar*>(content.data()), static_cast<gssize>(content.size()));
  std::array<char, 32> digest;
  gsize size = digest.size();
  g_checksum_get_digest(checksum.get(), reinterpret_cast<guint8*>(digest.data()), &size);
  return "sha256-" + base64({digest.data(), size});
}

}  // namespace saccade
