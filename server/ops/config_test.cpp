#include "server/ops/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "server/ops/limit_table.h"
#include "server/ops/option_table.h"
#include "server/ops/temporary_directory_for_test.h"

namespace visavis::ops {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::map<std::string, std::string, std::less<>>& environment() {
  static std::map<std::string, std::string, std::less<>> variables;
  return variables;
}

const char* look_up(const char* name) {
  const auto found = environment().find(name);
  return found == environment().end() ? nullptr : found->second.c_str();
}

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() { environment() = {{"HOME", "/home/ana"}}; }

  static Result<std::variant<Config, ShowAndExit>, ConfigError> load(
      std::vector<const char*> words) {
    words.insert(words.begin(), "visavis");
    return load_config(static_cast<int>(words.size()), words.data(), look_up);
  }

  static Config config(std::vector<const char*> options) {
    options.insert(options.begin(), "serve");
    auto loaded = load(options);
    if (!loaded) {
      ADD_FAILURE() << loaded.error().message;
      return {};
    }
    return std::get<Config>(*loaded);
  }

  static std::string error(std::vector<const char*> options) {
    options.insert(options.begin(), "serve");
    const auto loaded = load(options);
    return loaded ? "no error" : loaded.error().message;
  }

  static std::string shown(std::vector<const char*> words) {
    const auto loaded = load(words);
    return loaded && std::holds_alternative<ShowAndExit>(*loaded)
               ? std::get<ShowAndExit>(*loaded).text
               : "nothing shown";
  }

  // The path of a TOML file with this content.
  const char* file(std::string_view content) {
    path_ = (directory_.path() / "visavis.toml").string();
    std::ofstream(path_) << content;
    return path_.c_str();
  }

  TemporaryDirectory directory_;
  std::string path_;
};

std::vector<std::string> listen_texts(const Config& config) {
  std::vector<std::string> texts;
  for (const auto& listen : config.listen) {
    texts.push_back(listen.address.to_string() + " " + std::to_string(listen.port));
  }
  return texts;
}

TEST_F(ConfigTest, HasDefaults) {
  const Config defaults = config({});
  EXPECT_THAT(listen_texts(defaults), ElementsAre("127.0.0.1 8080"));
  EXPECT_EQ(defaults.data_dir, "/home/ana/.local/share/visavis");
  EXPECT_GE(defaults.threads, 1U);
  EXPECT_EQ(defaults.log_level, LogLevel::kInfo);
  EXPECT_FALSE(defaults.has_tls());
  EXPECT_FALSE(defaults.log_personal_data);
}

TEST_F(ConfigTest, FindsTheDataDirectoryOfSystemdThenOfXdgThenOfTheHome) {
  environment()["XDG_DATA_HOME"] = "/data";
  EXPECT_EQ(config({}).data_dir, "/data/visavis");
  environment()["STATE_DIRECTORY"] = "/var/lib/visavis";
  EXPECT_EQ(config({}).data_dir, "/var/lib/visavis");
  environment().clear();
  EXPECT_THAT(error({}), HasSubstr("--data-dir is missing"));
}

TEST_F(ConfigTest, ReadsEveryFlag) {
  const Config all = config({"--listen",
                             "0.0.0.0:443",
                             "--listen=[::1]:0",
                             "--tls-cert",
                             "cert.pem",
                             "--tls-key",
                             "key.pem",
                             "--public-url",
                             "https://Call.example.org:443/",
                             "--trusted-proxy",
                             "10.0.0.0/8",
                             "--trusted-proxy",
                             "::1",
                             "--allowed-origin",
                             "HTTP://www.example.org:8000",
                             "--allowed-host",
                             "Other.example.org",
                             "--allowed-host",
                             "[2001:db8:0::7]",
                             "--ice-server",
                             "stun:stun.example.org",
                             "--data-dir",
                             "/var/data",
                             "--threads",
                             "3",
                             "--log-level",
                             "warn",
                             "--log-format",
                             "json",
                             "--log-personal-data",
                             "--metrics-token",
                             "0123456789abcdef"});
  EXPECT_THAT(listen_texts(all), ElementsAre("0.0.0.0 443", "::1 0"));
  EXPECT_EQ(all.tls_cert, "cert.pem");
  EXPECT_EQ(all.tls_key, "key.pem");
  EXPECT_EQ(all.public_url, "https://call.example.org");
  ASSERT_EQ(all.trusted_proxies.size(), 2U);
  EXPECT_TRUE(all.trusted_proxies[0].contains(IpAddress::v4({10, 1, 2, 3})));
  EXPECT_THAT(all.allowed_origins, ElementsAre("http://www.example.org:8000"));
  EXPECT_THAT(all.allowed_hosts, ElementsAre("other.example.org", "2001:db8::7"));
  EXPECT_THAT(all.ice_servers, ElementsAre("stun:stun.example.org"));
  EXPECT_EQ(all.data_dir, "/var/data");
  EXPECT_EQ(all.threads, 3U);
  EXPECT_EQ(all.log_level, LogLevel::kWarn);
  EXPECT_EQ(all.log_format, LogFormat::kJson);
  EXPECT_TRUE(all.log_personal_data);
  EXPECT_EQ(all.metrics_token, "0123456789abcdef");
  EXPECT_TRUE(all.has_tls());
}

TEST_F(ConfigTest, TakesAPortOrAUnixSocketForMetrics) {
  EXPECT_FALSE(config({}).metrics_listen);
  EXPECT_EQ(config({"--metrics-listen", "[::1]:9464"}).metrics_listen.listen->port, 9464);
  EXPECT_EQ(config({"--metrics-listen", "/run/a.sock"}).metrics_listen.path, "/run/a.sock");
  EXPECT_THAT(error({"--metrics-listen", "a.sock"}), HasSubstr("\"a.sock\" has no port; it takes"));
}

TEST_F(ConfigTest, ReadsTheEnvironment) {
  environment()["VISAVIS_LISTEN"] = "127.0.0.1:1, [::1]:2";
  environment()["VISAVIS_TLS_SELF_SIGNED"] = "true";
  environment()["VISAVIS_THREADS"] = "2";
  environment()["VISAVIS_LOG_LEVEL"] = "";  // not set
  environment()["VISAVIS_LIMITS_RING_TIMEOUT_MS"] = "5000";
  const Config from_environment = config({});
  EXPECT_THAT(listen_texts(from_environment), ElementsAre("127.0.0.1 1", "::1 2"));
  EXPECT_TRUE(from_environment.tls_self_signed);
  EXPECT_EQ(from_environment.threads, 2U);
  EXPECT_EQ(from_environment.log_level, LogLevel::kInfo);
  EXPECT_EQ(from_environment.signaling_limits.ring_timeout, seconds(5));
}

TEST_F(ConfigTest, ReadsTheFile) {
  const Config from_file = config({"--config", file(R"(
listen = ["127.0.0.1:1", "[::1]:2"]
tls_self_signed = true
ice_server = "stun:stun.example.org"
data_dir = "data"
threads = 2
[limits]
participants_max = 4
header_timeout_ms = 2500
connections_max = 17
)")});
  EXPECT_THAT(listen_texts(from_file), ElementsAre("127.0.0.1 1", "::1 2"));
  EXPECT_TRUE(from_file.tls_self_signed);
  EXPECT_THAT(from_file.ice_servers, ElementsAre("stun:stun.example.org"));
  EXPECT_EQ(from_file.data_dir, directory_.path() / "data");  // relative to the file
  EXPECT_EQ(from_file.threads, 2U);
  EXPECT_EQ(from_file.signaling_limits.participants_max, 4U);
  EXPECT_EQ(from_file.net_limits.header_timeout, milliseconds(2500));
  EXPECT_EQ(from_file.net_limits.connections_max, 17U);
}

TEST_F(ConfigTest, FlagsWinOverTheEnvironmentWhichWinsOverTheFile) {
  environment()["VISAVIS_CONFIG"] =
      file("threads = 1\nlog_level = 'debug'\nlisten = ['[::1]:1']\n");
  EXPECT_EQ(config({}).threads, 1U);
  environment()["VISAVIS_THREADS"] = "2";
  environment()["VISAVIS_LISTEN"] = "[::1]:2";
  EXPECT_EQ(config({}).threads, 2U);
  const Config all = config({"--threads", "3", "--listen", "[::1]:3"});
  EXPECT_EQ(all.threads, 3U);
  EXPECT_THAT(listen_texts(all), ElementsAre("::1 3"));  // a source replaces, it does not add
  EXPECT_EQ(all.log_level, LogLevel::kDebug);
}

TEST_F(ConfigTest, TakesASwitchBack) {
  environment()["VISAVIS_TLS_SELF_SIGNED"] = "true";
  EXPECT_FALSE(config({"--tls-self-signed=false"}).tls_self_signed);
}

TEST_F(ConfigTest, NamesTheOptionItsSourceAndWhatItTakes) {
  const auto takes_port = HasSubstr("it takes ADDRESS:PORT, for example 127.0.0.1:8080");
  EXPECT_EQ(error({"--threads", "0"}),
            "--threads: \"0\" is not such a number; it takes a whole number from 1 to 256.");
  EXPECT_THAT(error({"--listen", "127.0.0.1"}), AllOf(HasSubstr("has no port"), takes_port));
  EXPECT_THAT(error({"--listen", "::1:8080"}), AllOf(HasSubstr("has no port"), takes_port));
  EXPECT_THAT(error({"--listen", "localhost:8080"}),
              AllOf(HasSubstr("has no IP address before the port"), takes_port));
  EXPECT_THAT(error({"--listen", "127.0.0.1:65536"}), HasSubstr("has no port from 0 to 65535"));
  EXPECT_THAT(error({"--listen", ""}), HasSubstr("--listen: \"\" is empty"));
  environment()["VISAVIS_LOG_LEVEL"] = "loud";
  EXPECT_EQ(
      error({}),
      "VISAVIS_LOG_LEVEL: \"loud\" is not a level; it takes trace, debug, info, warn, error or "
      "off.");
}

TEST_F(ConfigTest, RefusesWhatIsNoUrlOriginOrNetwork) {
  for (const char* url : {"example.org", "ftp://example.org", "https://example.org/path",
                          "https://user@example.org", "https://", "https://bücher.example",
                          "https://example.org:0", "https://example.org?q", "https://a b"}) {
    EXPECT_THAT(error({"--public-url", url}), HasSubstr("--public-url")) << url;
    EXPECT_THAT(error({"--allowed-origin", url}), HasSubstr("is not an origin")) << url;
  }
  for (const char* host : {"https://example.org", "example.org:443", "example.org/", "a b", "*",
                           "a@b", "[::1", "fe80::1%eth0", "bücher.example"}) {
    EXPECT_THAT(error({"--allowed-host", host}), HasSubstr("is neither a name")) << host;
  }
  for (const char* network : {"10.0.0.0/33", "10.0.0/8", "::/129", "proxy", "10.0.0.0/"}) {
    EXPECT_THAT(error({"--trusted-proxy", network}), HasSubstr("is not a network")) << network;
  }
}

TEST_F(ConfigTest, RefusesHalfOfACertificateAndTwoCertificates) {
  EXPECT_EQ(error({"--tls-cert", "c.pem"}),
            "--tls-cert: --tls-key is missing; a certificate and its key go together.");
  environment()["VISAVIS_TLS_KEY"] = "k.pem";
  EXPECT_EQ(error({}),
            "VISAVIS_TLS_KEY: --tls-cert is missing; a certificate and its key go together.");
  EXPECT_EQ(
      error({"--tls-cert", "c.pem", "--tls-self-signed"}),
      "--tls-self-signed: there is a certificate already (--tls-cert); use one or the other.");
}

TEST_F(ConfigTest, SaysWhatIsWrongInTheFileAndInWhichLine) {
  const auto problem = [this](std::string_view content) {
    std::string message = error({"--config", file(content)});
    const auto at = message.find("visavis.toml");
    return at == std::string::npos ? message : message.substr(at);
  };
  EXPECT_EQ(
      problem("\nlisen = 1\n"),
      "visavis.toml:2: there is no option lisen; did you mean listen? visavis --help lists them.");
  EXPECT_EQ(problem("config = 'x'\n"),
            "visavis.toml:1: there is no option config; visavis --help lists them.");
  EXPECT_EQ(problem("threads = '2'\n"),
            "visavis.toml:1: threads takes a whole number from 1 to 256, as an integer.");
  EXPECT_THAT(problem("data_dir = ['a', 'b']\n"), HasSubstr("visavis.toml:1: data_dir takes"));
  EXPECT_THAT(problem("listen = ['[::1]:1',\n 2]\n"), HasSubstr("visavis.toml:2: listen takes"));
  EXPECT_EQ(
      problem("threads = 0\n"),
      "visavis.toml:1 (threads): \"0\" is not such a number; it takes a whole number from 1 to "
      "256.");
  EXPECT_EQ(problem("publicurl = 'x'\n"),
            "visavis.toml:1: there is no option publicurl; did you mean public_url? visavis --help "
            "lists them.");
  EXPECT_EQ(problem("rooms_max = 3\n"),
            "visavis.toml:1: rooms_max is a limit; put it below a line [limits].");
  EXPECT_EQ(problem("[limits]\n\nfingers = 1\n"),
            "visavis.toml:3: there is no limit fingers; docs/operating.md lists them.");
  EXPECT_EQ(problem("[limits]\nroom_max = 1\n"),
            "visavis.toml:2: there is no limit room_max; did you mean rooms_max? docs/operating.md "
            "lists them.");
  EXPECT_EQ(
      problem("[limits]\nparticipants_max = 1\n"),
      "visavis.toml:2 (limits.participants_max): \"1\" is out of range; it takes a whole number "
      "from 2 to 100.");
  EXPECT_EQ(problem("[limits]\nring_timeout_ms = '45s'\n"),
            "visavis.toml:2: ring_timeout_ms takes a whole number from 1000 to 86400000.");
  EXPECT_THAT(problem("threads = \n"), HasSubstr("visavis.toml:1: "));
  EXPECT_EQ(problem("limits = 3\n"), "visavis.toml:1: limits is a table, [limits].");
}

TEST_F(ConfigTest, SaysThatTextWantsQuotes) {
  const auto problem = [this](std::string_view content) {
    return error({"--config", file(content)});
  };
  EXPECT_THAT(problem("# mine\n  data_dir = /var/lib/visavis\n"),
              AllOf(HasSubstr("visavis.toml:2: "),
                    HasSubstr("; text goes into quotes: data_dir = \"…\".")));
  EXPECT_THAT(problem("threads = two\n"), Not(HasSubstr("quotes: ")));
  EXPECT_THAT(problem("data_dir = 'x' y\n"), Not(HasSubstr("quotes: ")));
  EXPECT_THAT(problem("listen = [\n"), Not(HasSubstr("quotes: ")));
  EXPECT_THAT(problem("nothing of ours = x\n"), Not(HasSubstr("quotes: ")));
}

TEST_F(ConfigTest, SaysWhatIsWrongWithTheFileItself) {
  EXPECT_EQ(error({"--config", "/nowhere/x.toml"}), "--config: /nowhere/x.toml does not exist.");
  EXPECT_THAT(error({"--config", directory_.path().c_str()}), HasSubstr("is a directory"));
}

TEST_F(ConfigTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(error({"--frob"}),
            "--frob is not an option of visavis serve; visavis --help lists them.");
  EXPECT_EQ(error({"--trusted-proxies=10.0.0.0/8"}),
            "--trusted-proxies=10.0.0.0/8 is not an option of visavis serve; did you mean "
            "--trusted-proxy? visavis --help lists them.");
  EXPECT_EQ(error({"--data-dir", "a", "--data-dir", "b"}),
            "--data-dir was given more than once; it takes the name of a directory.");
  EXPECT_THAT(error({"--listen"}), HasSubstr("--listen"));
  EXPECT_EQ(load({"sreve"}).error().message, "sreve is not a command; visavis --help lists them.");
  EXPECT_EQ(load({"--frob"}).error().message,
            "--frob is not a command; visavis --help lists them.");
}

TEST_F(ConfigTest, NeverRepeatsASecret) {
  const std::string token = error({"--metrics-token", "hunter2"});
  EXPECT_EQ(token,
            "--metrics-token: the value is too short to be a secret; it takes 16 or more "
            "letters, digits and -._~+/=.");
  EXPECT_THAT(error({"--ice-server", "turn:h;credential=hunter2"}),
              AllOf(HasSubstr("lacks its username"), ::testing::Not(HasSubstr("hunter2"))));
}

TEST_F(ConfigTest, NeverRepeatsASecretOfTheRelay) {
  const auto keeps = ::testing::Not(HasSubstr("hunter2"));
  for (const char* user : {"hunter2", ":hunter2", "hunter2:"}) {
    EXPECT_THAT(error({"--relay", "open", "--relay-user", user}),
                AllOf(HasSubstr("--relay-user: the value "), keeps));
  }
  EXPECT_EQ(error({"--relay", "open", "--relay-secret", "hunter2"}),
            "--relay-secret: the value is too short to be a secret; it takes 16 or more "
            "characters.");
}

TEST_F(ConfigTest, ClosesTheRelayUnlessToldOtherwise) {
  const RelayConfig relay = config({}).relay;
  EXPECT_EQ(relay.mode, RelayMode::kClosed);
  EXPECT_EQ(relay.realm, "visavis");
  EXPECT_EQ(config({"--relay", "off"}).relay.mode, RelayMode::kOff);
  EXPECT_THAT(error({"--relay", "ajar"}), HasSubstr("it takes closed, open or off"));
}

TEST_F(ConfigTest, ReadsWhatAnOpenRelayTakes) {
  const RelayConfig relay =
      config({"--relay", "open", "--relay-user", "ana:se:cret", "--relay-user", "ben:hunter2",
              "--relay-realm", "example.org", "--relay-secret", "north-north-west", "--relay-allow",
              "10.0.0.0/8", "--external-ip", "203.0.113.7", "--external-ip", "2001:db8::7"})
          .relay;
  EXPECT_EQ(relay.mode, RelayMode::kOpen);
  ASSERT_EQ(relay.users.size(), 2U);
  EXPECT_EQ(relay.users[0].name, "ana");
  EXPECT_EQ(relay.users[0].password, "se:cret");
  EXPECT_EQ(relay.realm, "example.org");
  EXPECT_EQ(relay.secret, "north-north-west");
  ASSERT_EQ(relay.allow.size(), 1U);
  EXPECT_TRUE(relay.allow[0].contains(IpAddress::v4({10, 1, 2, 3})));
  EXPECT_EQ(relay.external_ips.size(), 2U);
}

TEST_F(ConfigTest, SaysWhatIsWrongWithARelay) {
  const auto of_open = [this](const char* flag, const char* value) {
    return error({"--relay", "open", flag, value});
  };
  for (const char* realm : {"a realm of more than 32 characters", "say \"hi\"", "b\xC3\xBC"}) {
    EXPECT_THAT(of_open("--relay-realm", realm), HasSubstr("is not a realm")) << realm;
  }
  EXPECT_THAT(of_open("--relay-allow", "lan"), HasSubstr("is not a network"));
  EXPECT_THAT(of_open("--external-ip", "host"), HasSubstr("is not an IP address"));
  EXPECT_THAT(of_open("--external-ip", "0.0.0.0"), HasSubstr("that anybody could send to"));
  EXPECT_THAT(
      error({"--relay", "open", "--external-ip", "192.0.2.1", "--external-ip", "192.0.2.2"}),
      HasSubstr("\"192.0.2.2\" is a second one of its family"));
  EXPECT_THAT(error({"--relay", "open", "--relay-user", "a:b", "--relay-user", "a:c"}),
              HasSubstr("has a name that is taken already"));
}

TEST_F(ConfigTest, RefusesForAClosedRelayWhatOnlyAnOpenOneTakes) {
  EXPECT_EQ(error({"--relay-user", "ana:secret"}),
            "--relay-user: only an open relay has a use for it; open it with --relay open, or "
            "leave this out.");
  environment()["VISAVIS_EXTERNAL_IP"] = "203.0.113.7";
  EXPECT_THAT(error({}), HasSubstr("VISAVIS_EXTERNAL_IP: only an open relay"));
  EXPECT_THAT(error({"--relay", "off"}), HasSubstr("VISAVIS_EXTERNAL_IP: only an open relay"));
  environment().clear();
  EXPECT_THAT(error({"--relay-secret", "0123456789abcdef"}), HasSubstr("--relay-secret: only"));
  EXPECT_THAT(error({"--relay-allow", "10.0.0.0/8"}), HasSubstr("--relay-allow: only"));
}

TEST_F(ConfigTest, NamesTheRelayWhereAProxyHidesIt) {
  EXPECT_THAT(
      config({"--relay-url", "turn:turn.example.org:3478", "--relay-url",
              "turns:turn.example.org:443?transport=tcp"})
          .relay.urls,
      ElementsAre("turn:turn.example.org:3478", "turns:turn.example.org:443?transport=tcp"));
  EXPECT_THAT(error({"--relay-url", "https://turn.example.org"}),
              HasSubstr("does not start with stun:"));
  EXPECT_THAT(error({"--relay", "off", "--relay-url", "turn:turn.example.org"}),
              HasSubstr("--relay-url: it names a relay, but --relay leaves none"));
  EXPECT_THAT(config({"--relay", "off", "--relay-url", "stun:stun.example.org"}).relay.urls,
              ElementsAre("stun:stun.example.org"));
}

TEST_F(ConfigTest, ShowsHelpAndVersion) {
  EXPECT_EQ(shown({"--version"}), "visavis " VISAVIS_VERSION "\n");
  EXPECT_EQ(shown({"--help"}), help_text());
  EXPECT_EQ(shown({"-h"}), help_text());
  EXPECT_EQ(shown({"serve", "--help"}), help_text());
  EXPECT_EQ(shown({}), help_text());
}

TEST_F(ConfigTest, EveryLimitHasItsDefaultInRangeAndCanBeSet) {
  for (const LimitKey& limit : limit_keys()) {
    Config changed;
    EXPECT_GE(limit.get(changed), limit.min) << limit.key;
    EXPECT_LE(limit.get(changed), limit.max) << limit.key;
    for (const auto value : {limit.min, limit.max}) {
      limit.set(changed, value);
      EXPECT_EQ(limit.get(changed), value) << limit.key;
    }
  }
}

// A field that is in no row of the table could not be configured.
TEST_F(ConfigTest, EveryFieldOfTheLimitsIsAKey) {
  const std::regex field(R"(\n  (std::size_t|std::uint32_t|std::uint64_t|Duration) (\w+) =)");
  std::size_t fields = 0;
  const std::pair<std::string, std::string> kHeaders[] = {{"/core/signaling/model/limits.h", ""},
                                                          {"/core/turn/limits.h", "relay_"},
                                                          {"/server/net/limits.h", ""}};
  for (const auto& [header, prefix] : kHeaders) {
    std::stringstream text;
    text << std::ifstream(VISAVIS_SOURCE_DIR + header).rdbuf();
    const std::string content = text.str();
    for (std::sregex_iterator match(content.begin(), content.end(), field), end; match != end;
         ++match) {
      const std::string key = prefix + (*match)[2].str() + ((*match)[1] == "Duration" ? "_ms" : "");
      EXPECT_NE(find_limit_key(key), nullptr) << key << " of " << header;
      ++fields;
    }
  }
  EXPECT_EQ(fields, limit_keys().size());
}

}  // namespace
}  // namespace visavis::ops
