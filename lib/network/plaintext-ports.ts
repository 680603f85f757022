/** Ports whose registered protocol has no TLS of its own (IANA): FTP, Telnet, mail, HTTP and its alternate, POP, IMAP, LDAP, MQTT, memcached, Redis. @internal */
export const PLAINTEXT_PORTS: readonly number[] = [21, 23, 25, 80, 110, 143, 389, 1883, 6379, 8080, 11211];
