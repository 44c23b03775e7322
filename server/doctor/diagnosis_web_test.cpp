// Names, connections, certificates, pages: one thing that is wrong, and what is named for it.
#include "server/doctor/diagnosis_test_support.h"

namespace visavis::doctor::test {
namespace {

const std::vector<Case> kCases = {
    {"no address",
     [](auto& seen) {
       seen = Observations{.target = seen.target};
       seen.dns.error = "Name or service not known";
     },
     {"failure dns no_address"},
     "A record"},
    {"IPv6 leads nowhere",
     [](auto& seen) {
       seen.connections[1] = {
           .address = kServer6, .reach = Reach::kTimedOut, .error = "nobody answered"};
     },
     {"failure ipv6 port_filtered"},
     "AAAA"},
    {"nothing listens",
     [](auto& seen) {
       seen = Observations{.target = seen.target, .dns = seen.dns};
       seen.connections = {{.address = kServer, .reach = Reach::kRefused, .error = "refused"}};
     },
     {"failure ipv4 port_closed"},
     "listen = "},
    {"no TLS",
     [](auto& seen) {
       seen = Observations{.target = seen.target, .dns = seen.dns, .connections = seen.connections};
       seen.certificate = CertificateSeen{.handshake_error = "wrong version number"};
     },
     {"failure certificate no_tls"},
     "listen 443 ssl"},
    {"expired",
     [](auto& seen) {
       seen.certificate->has_expired = true;
       seen.certificate->days_left = -3;
     },
     {"failure certificate expired"},
     "certbot renew"},
    {"expires soon",
     [](auto& seen) { seen.certificate->days_left = 3; },
     {"warning certificate expires_soon"},
     "certbot renew"},
    {"renewed, not read again",
     [](auto& seen) {
       seen.certificate->has_expired = true;
       seen.certificate->days_left = -3;
       seen.host->certificate_file_days_left = 80;
     },
     {"failure certificate expired"},
     "systemctl reload visavis"},
    {"wrong name",
     [](auto& seen) {
       seen.certificate->name_matches = false;
       seen.certificate->names = {"other.example"};
     },
     {"failure certificate wrong_name"},
     "certonly -d call.example.org"},
    {"chain",
     [](auto& seen) {
       seen.certificate->chain_incomplete = true;
       seen.certificate->missing_issuer = "Intermediate";
       seen.certificate->trust_error = "unable to get local issuer certificate";
     },
     {"failure certificate chain_incomplete"},
     "fullchain.pem"},
    {"self-signed",
     [](auto& seen) {
       seen.certificate->is_self_signed = true;
       seen.certificate->trust_error = "self-signed certificate";
     },
     {"warning certificate self_signed"},
     "tls_cert"},
    {"staple",
     [](auto& seen) { seen.certificate->must_staple = true; },
     {"failure certificate no_staple"},
     "ssl_stapling on"},
    {"an old staple",
     [](auto& seen) {
       seen.certificate->stapled = true;
       seen.certificate->staple_error = "it is out of date";
     },
     {"warning certificate bad_staple"},
     "ocsp-update"},
    {"an old staple where one is demanded",
     [](auto& seen) {
       seen.certificate->stapled = seen.certificate->must_staple = true;
       seen.certificate->staple_error = "it is out of date";
     },
     {"failure certificate bad_staple"},
     "--must-staple"},
    {"revoked",
     [](auto& seen) { seen.certificate->stapled = seen.certificate->revoked = true; },
     {"failure certificate revoked"},
     "new key"},
    {"no HTTPS",
     [](auto& seen) {
       seen.target = *Target::parse("http://call.example.org");
       seen.certificate.reset();
       seen.plain.reset();
       seen.check->secure = false;
     },
     {"failure https no_https"},
     "tls_cert"},
    {"no redirect",
     [](auto& seen) { seen.plain = HttpSeen{.status = 200}; },
     {"warning https-redirect no_redirect"},
     "return 301"},
    {"a redirect to another site",
     [](auto& seen) { seen.plain->location = "https://_/"; },
     {"warning https-redirect redirects_elsewhere"},
     "https://$host"},
    {"port 80 closed",
     [](auto& seen) { seen.plain = HttpSeen{.error = "refused", .reach = Reach::kRefused}; },
     {"warning https-redirect port_80_closed"},
     "0.0.0.0:80"},
    {"port 80 filtered",
     [](auto& seen) { seen.plain = HttpSeen{.error = "silence", .reach = Reach::kTimedOut}; },
     {"warning https-redirect port_80_filtered"},
     "ufw allow 80/tcp"},
    {"port 80 answers no HTTP",
     [](auto& seen) { seen.plain = HttpSeen{.error = "the answer was no HTTP"}; },
     {"warning https-redirect port_80_silent"},
     "0.0.0.0:80"},
    {"IPv6 only",
     [](auto& seen) {
       seen.dns.v4.clear();
       seen.connections.erase(seen.connections.begin());
     },
     {"warning dns only_ipv6"},
     "an A record"},
    {"two NATs",
     [](auto& seen) {
       seen.own_address = seen.stun[0].local.address = *IpAddress::parse("192.168.1.5");
       seen.first_hops = {*IpAddress::parse("192.168.1.1"), *IpAddress::parse("100.64.3.1"),
                          *IpAddress::parse("203.0.113.1")};
     },
     {"warning nat double_nat"},
     "bridge mode"},
};

TEST(DiagnosisWebTest, NamesEachCause) { expect_named(kCases); }

}  // namespace
}  // namespace visavis::doctor::test
