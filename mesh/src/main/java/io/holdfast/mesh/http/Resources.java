package io.holdfast.mesh.http;

import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.client.WriteIds;
import io.vertx.core.buffer.Buffer;

/** What answers each route. */
final class Resources {

  private final KeyResource keys;
  private final RangeResource ranges;
  private final CommandResource commands;
  private final WatchResource watches;
  private final MembersResource members;
  private final SnapshotResource snapshots;
  private final DirectoryResource directory;
  private final ControlResource control;
  private final ReservationResource reservations;
  private final MeshResource rest;
  private final HealthResource health;
  private final PictureResource pictures;
  private final MetricsResource metrics;
  private final WhyResource why;
  private final StoryResource stories;
  private final PageResource page;

  Resources(Mesh mesh, HttpLimits limits, WriteIds ids, Buffer openApi, FrontDoorMetrics measured) {
    WriteDesk desk = new WriteDesk(mesh, limits, ids, measured.meters());
    this.keys = new KeyResource(mesh, limits, desk);
    this.ranges = new RangeResource(mesh, limits, desk);
    this.commands = new CommandResource(mesh, limits, desk);
    this.watches = new WatchResource(mesh, limits, measured.meters().http());
    this.members = new MembersResource(mesh, limits);
    this.snapshots = new SnapshotResource(mesh, limits);
    this.directory = new DirectoryResource(mesh, limits);
    this.control = new ControlResource(mesh, limits, desk);
    this.reservations = new ReservationResource(mesh, limits, desk);
    this.rest = new MeshResource(mesh, limits, openApi);
    this.health = new HealthResource(mesh, limits);
    this.pictures = new PictureResource(mesh, limits);
    this.metrics = new MetricsResource(measured.source(), limits);
    this.why = new WhyResource(mesh, limits);
    this.stories = new StoryResource(mesh, limits);
    this.page = new PageResource(limits);
  }

  void handle(Exchange exchange, Route.Match match) {
    if (DirectoryResource.takes(match.route(), exchange.request().method())) {
      directory.handle(exchange, match);
      return;
    }
    switch (match.route()) {
      case KEY -> keys.handle(exchange, match);
      case KEYS -> ranges.handle(exchange, match);
      case TRANSACTION, LEASES, LEASE, KEEP_ALIVE, COMPACT, RESOLVE ->
          commands.handle(exchange, match);
      case MEMBERS, REPLICA -> members.handle(exchange, match);
      case WATCH -> watches.handle(exchange, match);
      case SNAPSHOT -> snapshots.handle(exchange, match);
      case CONTROL,
              CONTROL_PLAN,
              CONTROL_APPROVALS,
              CONTROL_READINESS,
              CONTROL_HISTORY,
              CONTROL_EPOCH ->
          control.handle(exchange, match);
      case RESERVATIONS, RESERVATION_POOLS -> reservations.handle(exchange, match);
      case READYZ, HEALTH -> health.handle(exchange, match);
      case PICTURE, PICTURES -> pictures.handle(exchange, match);
      case METRICS -> metrics.handle(exchange);
      case WHY -> why.handle(exchange, match);
      case STORY -> stories.handle(exchange, match);
      case PAGE, PAGE_STYLE, PAGE_SCRIPT, PAGE_ICON, PAGE_MODULE -> page.handle(exchange, match);
      case GROUPS, GROUP, CHAIN, WRITE, STATUS, OPENAPI, LIVEZ -> rest.handle(exchange, match);
      case DIRECTORY, NODE -> throw new IllegalStateException(match.route() + " went elsewhere");
    }
  }
}
